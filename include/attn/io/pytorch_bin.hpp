// PyTorch's state dicts, pytorch_model.bin: a zip archive with a pickle of names and shapes, and the numbers beside it.
//
//     NAME/data.pkl       {"bert.encoder…": tensor of storage 0, from element 0, of shape [768, 768] …}
//     NAME/data/0         the elements of storage 0                                   [torch.save, PyTorch 1.6 and
//     later]
//
// Nothing in the pickle is run (io/pickle.hpp).
#pragma once

#include <attn/base/utf8.hpp>
#include <attn/io/array.hpp>
#include <attn/io/pickle.hpp>
#include <attn/io/zip.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::io {

struct PytorchBin {
  std::vector<Array> arrays;  // in the order of the file
};

namespace detail {

inline std::optional<DType> dtype_of_storage(const std::string& name) {
  static const std::map<std::string, DType> known = {
      {"torch.DoubleStorage", DType::f64},    {"torch.FloatStorage", DType::f32}, {"torch.HalfStorage", DType::f16},
      {"torch.BFloat16Storage", DType::bf16}, {"torch.LongStorage", DType::i64},  {"torch.IntStorage", DType::i32},
      {"torch.ShortStorage", DType::i16},     {"torch.CharStorage", DType::i8},   {"torch.ByteStorage", DType::u8},
      {"torch.BoolStorage", DType::boolean}};
  const auto found = known.find(name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

class PytorchReader {
 public:
  explicit PytorchReader(const Bytes& file) : file_(file), zip_(file) {
    constexpr std::string_view kPickle = "data.pkl";
    const ZipMember* pickle = nullptr;
    for (const ZipMember& member : zip_.members()) {
      if (!members_.emplace(member.name, &member).second) fail("has two members " + in_quotes(member.name, 80));
      if (member.name != kPickle && !member.name.ends_with("/data.pkl")) continue;
      if (pickle != nullptr) fail("has more than one data.pkl");
      pickle = &member;
    }
    if (pickle == nullptr)
      throw FormatError(file.name + ": has no data.pkl, expected a file that torch.save() has written");
    prefix_ = pickle->name.substr(0, pickle->name.size() - kPickle.size());
    if (const auto order = members_.find(prefix_ + "byteorder"); order != members_.end()) {
      const Bytes bytes = zip_.read(*order->second);
      if (bytes.text() != "big" && bytes.text() != "little")
        fail("its byteorder is " + in_quotes(bytes.text()) + ", expected little or big");
      byte_order_ = bytes.text() == "big" ? std::endian::big : std::endian::little;
    }
    pickle_bytes_ = zip_.read(*pickle);
  }

  std::vector<Array> read() {
    const Pickle pickle = read_pickle(pickle_bytes_, [](const std::string& function) {
      return function == "torch._utils._rebuild_tensor_v2" || function == "torch._utils._rebuild_parameter" ||
             function == "collections.OrderedDict" || function == "torch.Size";
    });
    const auto* dict = pickle.root->as<PickleDict>();
    if (dict == nullptr) fail("isn't a state dict, expected a dict of names and tensors");
    std::vector<Array> arrays = tensors_of(*dict);
    if (!arrays.empty()) return arrays;
    // Training programs put the state dict into another dict, beside what they want to remember.
    std::set<const PickleDict*> seen;  // one dict may be there many times
    for (const auto& [key, value] : dict->items)
      if (const auto* inner = value->as<PickleDict>(); inner != nullptr && seen.insert(inner).second) {
        std::vector<Array> its = tensors_of(*inner);
        if (!its.empty() && !arrays.empty()) fail("has several state dicts, expected one");
        if (!its.empty()) arrays = std::move(its);
      }
    if (arrays.empty()) fail("has no tensors");
    return arrays;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw FormatError(file_.name + ": " + what); }

  /// Those values of a dict that are tensors; others, such as numbers of steps, are passed over.
  std::vector<Array> tensors_of(const PickleDict& dict) {
    std::vector<Array> arrays;
    std::set<std::string_view> names;
    for (const auto& [key, value] : dict.items) {
      const auto* name = key->as<std::string>();
      if (name != nullptr && !names.insert(*name).second) fail("has the name " + in_quotes(*name, 80) + " twice");
      const PickleCall* call = value->as<PickleCall>();
      const bool is_parameter = call != nullptr && call->function == "torch._utils._rebuild_parameter";
      if (is_parameter) call = call->arguments.empty() ? nullptr : call->arguments[0]->as<PickleCall>();
      const bool is_tensor = call != nullptr && call->function == "torch._utils._rebuild_tensor_v2";
      if (!is_tensor && !is_parameter) continue;
      if (name == nullptr || !is_utf8(*name)) fail("has a tensor whose name isn't text, expected UTF-8");
      if (!is_tensor) fail("parameter " + in_quotes(*name) + " has no tensor");
      arrays.push_back(tensor(*name, *call));
    }
    return arrays;
  }

  /// _rebuild_tensor_v2(storage, offset, size, stride, …), storage being ("storage", type, key, device, elements).
  Array tensor(const std::string& name, const PickleCall& call) {
    const auto bad = [&](const std::string& what) { fail("tensor " + in_quotes(name) + " " + what); };
    const auto argument = [&](std::size_t i) { return i < call.arguments.size() ? call.arguments[i] : nullptr; };
    const PickleReference* reference = argument(0) ? argument(0)->as<PickleReference>() : nullptr;
    const PickleList* storage = reference ? reference->id->as<PickleList>() : nullptr;
    if (storage == nullptr || storage->items.size() < 5) bad("has no storage");
    // What comes seventh are bits that change the numbers: negated, conjugated.
    const PickleDict* bits = argument(6) ? argument(6)->as<PickleDict>() : nullptr;
    const bool no_bits = !argument(6) || argument(6)->as<PickleNone>() || (bits != nullptr && bits->items.empty());
    if (call.arguments.size() > 7 || !no_bits)
      throw UnsupportedError(file_.name + ": tensor " + in_quotes(name) +
                             " is a negated or conjugated view; save tensor.clone() of it");
    const auto* type = storage->items[1]->as<PickleGlobal>();
    const auto* key = storage->items[2]->as<std::string>();
    if (type == nullptr || key == nullptr) bad("has no storage");
    const std::optional<DType> dtype = dtype_of_storage(type->name);
    if (!dtype)
      throw UnsupportedError(file_.name + ": tensor " + in_quotes(name) + " is a " + in_quotes(type->name) +
                             ", expected a float, an integer or a bool");
    const auto member = members_.find(prefix_ + "data/" + *key);
    if (member == members_.end()) bad("is in " + in_quotes(prefix_ + "data/" + *key) + ", which isn't there");
    const Index element = size_of(*dtype);
    if (member->second->method != 0)
      throw UnsupportedError(file_.name + ": " + in_quotes(member->first) + " is compressed, expected it stored");
    const auto* declared = storage->items[4]->as<std::int64_t>();
    const auto there = static_cast<Index>(member->second->size / static_cast<std::uint64_t>(element));
    if (declared == nullptr || *declared < 0 || *declared > there)
      bad("has a storage that isn't all there: " + std::to_string(there) + " elements");
    const auto stored = static_cast<Index>(*declared);

    const auto* offset = argument(1) ? argument(1)->as<std::int64_t>() : nullptr;
    const Shape shape = shape_of(argument(2)), strides = shape_of(argument(3));
    if (offset == nullptr || *offset < 0 || shape.size() != strides.size()) bad("has no shape that makes sense");
    if (shape.size() > 64) bad("has " + std::to_string(shape.size()) + " axes, expected at most 64");
    const std::optional<Index> size = checked_size(shape, element);
    // The last element of each axis, added up: none of them is beyond the storage, so 64 can't overflow.
    Index last = *offset;
    bool fits = size.has_value() && (*size == 0 || *offset <= stored), in_order = true;
    Index expected = 1;
    for (std::size_t axis = shape.size(); fits && *size > 0 && axis-- > 0;) {
      fits = strides[axis] >= 0;
      if (!fits || shape[axis] < 2) continue;
      in_order = in_order && strides[axis] == expected;
      expected *= shape[axis];
      fits = strides[axis] == 0 || (strides[axis] <= stored && shape[axis] - 1 <= stored / strides[axis]);
      if (fits) last += (shape[axis] - 1) * strides[axis];
    }
    if (fits && *size > 0) fits = last < stored;
    if (!fits)
      bad("is " + to_string(shape) + " from element " + std::to_string(offset ? *offset : 0) + " with strides " +
          to_string(strides) + ", but its storage has " + std::to_string(stored) + " elements");
    // A CRC over gigabytes would take longer than the model that is made of them: sizes are checked, bytes are
    // believed.
    const Bytes all = zip_.peek(*member->second, static_cast<std::size_t>(member->second->size));
    Array array{name, *dtype, shape, {}, byte_order_};
    if (in_order || *size == 0) {
      array.bytes =
          all.slice(static_cast<std::size_t>(*size == 0 ? 0 : *offset * element), static_cast<std::size_t>(*size));
      array.bytes.name = file_.name;
      return array;
    }
    if (*size / element > stored)
      throw UnsupportedError(file_.name + ": tensor " + in_quotes(name) + " has elements in several places at once: " +
                             to_string(shape) + " with strides " + to_string(strides));
    // Views of one storage could ask for any number of copies of it.
    copied_ += static_cast<std::size_t>(*size);
    if (copied_ / 4 > file_.size) fail("its views of tensors take more than four times the file");
    array.bytes = copy_in_order(all, *offset, shape, strides, element, static_cast<std::size_t>(*size));
    return array;
  }

  /// The elements of a transposed tensor, or a part of one, in C order.
  Bytes copy_in_order(const Bytes& from, Index offset, const Shape& shape, const Shape& strides, Index element,
                      std::size_t size) const {
    Bytes to = new_bytes(file_.name, size);
    std::vector<Index> at(shape.size(), 0);
    Index source = offset;
    for (std::size_t done = 0; done < size; done += static_cast<std::size_t>(element)) {
      std::memcpy(to.data.get() + done, from.data.get() + source * element, static_cast<std::size_t>(element));
      for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (++at[axis] < shape[axis]) {
          source += strides[axis];
          break;
        }
        if (shape[axis] > 1) source -= strides[axis] * (shape[axis] - 1);
        at[axis] = 0;
      }
    }
    return to;
  }

  static Shape shape_of(const PickleValue* value) {
    Shape shape;
    const auto* list = value ? value->as<PickleList>() : nullptr;
    if (list == nullptr) return {-1};
    for (const Pickled& item : list->items) {
      const auto* number = item->as<std::int64_t>();
      shape.push_back(number ? static_cast<Index>(*number) : -1);
    }
    return shape;
  }

  Bytes file_;
  ZipArchive zip_;
  std::map<std::string, const ZipMember*> members_;
  std::string prefix_;
  std::endian byte_order_ = std::endian::little;
  Bytes pickle_bytes_;
  std::size_t copied_ = 0;  // bytes of views that don't lie in order
};

}  // namespace detail

/// All tensors of a state dict, or of the one that a training program put into another dict; they share the file's
/// memory where their elements lie in order. Throws FormatError; UnsupportedError for what isn't plain tensors, and for
/// files of PyTorch before 1.6.
inline PytorchBin read_pytorch_bin(const Bytes& file) {
  constexpr std::string_view kOldMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
  if (file.text().starts_with(kOldMagic))
    throw UnsupportedError(file.name +
                           ": is in the format of PyTorch before 1.6; torch.save(torch.load(file), file) renews it");
  return {detail::PytorchReader(file).read()};
}

}  // namespace attn::io
