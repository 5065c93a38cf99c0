// The JSON header of a .safetensors file: parsed strictly, without building a tree of what may be a hundred megabytes.
//
// An error for: a key that is there twice, a key that isn't known, deeper nesting, text that isn't UTF-8, offsets that
// overlap, leave holes, or don't fit the shape [github.com/huggingface/safetensors, README, "Format"].
#pragma once

#include <attn/io/array.hpp>
#include <attn/io/in_quotes.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace attn::io {

inline constexpr std::uint64_t kSafetensorsHeaderLimit = 100'000'000;  // bytes, as in the reference

struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  std::uint64_t begin = 0, end = 0;  // in the data behind the header
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;
};

namespace detail {

inline constexpr struct {
  std::string_view name;
  DType dtype;
} kSafetensorsTypes[] = {{"F64", DType::f64},     {"F32", DType::f32}, {"F16", DType::f16}, {"BF16", DType::bf16},
                         {"I64", DType::i64},     {"I32", DType::i32}, {"I16", DType::i16}, {"I8", DType::i8},
                         {"U64", DType::u64},     {"U32", DType::u32}, {"U16", DType::u16}, {"U8", DType::u8},
                         {"BOOL", DType::boolean}};

/// Receives the header's pieces one by one from nlohmann's SAX parser.
class SafetensorsSax final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit SafetensorsSax(const Bytes& header) : header_(header) {}

  SafetensorsHeader take() { return std::move(result_); }

  bool start_object(std::size_t) override {
    if (depth_ == 2 || in_list_) fail("an object as " + where());
    ++depth_;
    keys_.clear();
    key_.clear();
    return true;
  }
  bool end_object() override {
    if (depth_ == 2 && !in_metadata_)
      for (const char* key : {"dtype", "shape", "data_offsets"})
        if (!keys_.contains(key)) fail(tensor() + " has no " + key);
    if (depth_ == 2 && !in_metadata_ && offsets_ != 2)
      fail(tensor() + ": data_offsets has " + std::to_string(offsets_) + " numbers, expected 2");
    --depth_;
    in_metadata_ = false;
    return true;
  }
  bool key(string_t& key) override {
    if (depth_ == 1) {
      if (!names_.insert(key).second) fail("the name " + in_quotes(key, 80) + " is there twice");
      in_metadata_ = key == "__metadata__";
      offsets_ = 0;
      name_ = key;
      if (!in_metadata_) result_.entries.push_back({key, {}, {}, 0, 0});
    } else {
      if (!keys_.insert(key).second) fail(tensor() + " has the key " + in_quotes(key) + " twice");
      if (!in_metadata_ && key != "dtype" && key != "shape" && key != "data_offsets")
        fail(tensor() + " has an unknown key " + in_quotes(key));
      key_ = key;
    }
    return true;
  }
  bool string(string_t& text) override {
    if (depth_ == 2 && in_metadata_) {
      result_.metadata[key_] = text;
      return true;
    }
    if (depth_ != 2 || in_list_ || key_ != "dtype") fail("the text " + in_quotes(text) + " as " + where());
    for (const auto& type : kSafetensorsTypes)
      if (type.name == text) {
        entry().dtype = type.dtype;
        return true;
      }
    throw UnsupportedError(header_.name + ": tensor " + in_quotes(name_, 80) + " has dtype " + in_quotes(text) +
                           ", expected F64 F32 F16 BF16, I64 … U8 or BOOL");
  }
  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_list_ || in_metadata_ || (key_ != "shape" && key_ != "data_offsets"))
      fail("a list as " + where());
    in_list_ = true;
    return true;
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool number_unsigned(number_unsigned_t n) override {
    if (!in_list_) fail("the number " + std::to_string(n) + " as " + where());
    if (key_ == "shape") {
      if (n > static_cast<number_unsigned_t>(std::numeric_limits<Index>::max()))
        fail(where() + ": " + std::to_string(n) + " exceeds 2^63");
      if (entry().shape.size() == 64) fail(where() + " has more than 64 axes");
      entry().shape.push_back(static_cast<Index>(n));
    } else {
      if (offsets_ == 0) entry().begin = n;
      if (offsets_ == 1) entry().end = n;
      ++offsets_;
    }
    return true;
  }
  bool number_integer(number_integer_t n) override {
    fail("the negative number " + std::to_string(n) + " as " + where());
  }
  bool number_float(number_float_t, const string_t& text) override {
    fail("the number " + in_quotes(text) + " as " + where());
  }
  bool null() override { fail("null as " + where()); }
  bool boolean(bool) override { fail("a boolean as " + where()); }
  bool binary(binary_t&) override { fail("binary data as " + where()); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    const std::size_t at = position > 0 ? position - 1 : 0;
    throw FormatError(
        header_.name + ": the header isn't JSON at byte " + std::to_string(8 + at) + ", at " +
        in_quotes(header_.text().substr(std::min(at, header_.size)), 20) + " after " +
        in_quotes(header_.text().substr(at - std::min<std::size_t>(at, 20), std::min<std::size_t>(at, 20)), 20));
  }

 private:
  SafetensorsEntry& entry() { return result_.entries.back(); }

  std::string tensor() const { return in_metadata_ ? name_ : "tensor " + in_quotes(name_, 80); }
  std::string where() const {
    if (depth_ == 0) return "the header";
    return tensor() + (depth_ == 2 && !in_metadata_ && !key_.empty() ? " " + key_ : "");
  }
  [[noreturn]] void fail(const std::string& what) const { throw FormatError(header_.name + ": bad header: " + what); }

  const Bytes& header_;
  SafetensorsHeader result_;
  std::set<std::string> names_;              // of all tensors so far
  std::set<std::string, std::less<>> keys_;  // of the current object
  std::string name_, key_;
  int depth_ = 0;  // 1 in the header, 2 in a tensor or the metadata
  int offsets_ = 0;
  bool in_metadata_ = false, in_list_ = false;
};

}  // namespace detail

/// The entries of a header's text. Throws FormatError with the byte or the tensor, UnsupportedError for a dtype.
inline SafetensorsHeader parse_safetensors_header(const Bytes& header) {
  if (!header.text().starts_with('{'))
    throw FormatError(header.name + ": the header isn't JSON at byte 8: begins with " +
                      in_quotes(header.text().substr(0, 1)) + ", expected \"{\"");
  detail::SafetensorsSax sax(header);
  nlohmann::json::sax_parse(header.text(), &sax);
  return sax.take();
}

/// Checks that the tensors fill `data_size` bytes one after the other, each with what its shape needs. Throws
/// FormatError.
inline void check_safetensors_offsets(const std::string& file, const std::vector<SafetensorsEntry>& entries,
                                      std::uint64_t data_size) {
  std::vector<const SafetensorsEntry*> order;
  for (const SafetensorsEntry& entry : entries) {
    const auto needed = checked_size(entry.shape, size_of(entry.dtype));
    const std::string where = file + ": tensor " + in_quotes(entry.name, 80);
    if (!needed) throw FormatError(where + ": the shape " + to_string(entry.shape) + " exceeds 2^63 bytes");
    if (entry.begin > entry.end || entry.end > data_size)
      throw FormatError(where + ": data_offsets [" + std::to_string(entry.begin) + ", " + std::to_string(entry.end) +
                        "], expected them in order and within " + std::to_string(data_size) +
                        " bytes of data; truncated?");
    if (entry.end - entry.begin != static_cast<std::uint64_t>(*needed))
      throw FormatError(where + ": " + std::to_string(entry.end - entry.begin) +
                        " bytes by its data_offsets, expected " + std::to_string(*needed) + " for " +
                        to_string(entry.shape) + " of " + std::string(name_of(entry.dtype)));
    order.push_back(&entry);
  }
  std::sort(order.begin(), order.end(),
            [](auto* a, auto* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
  std::uint64_t end = 0;
  for (const SafetensorsEntry* entry : order) {
    if (entry->begin != end)
      throw FormatError(file + ": tensor " + in_quotes(entry->name, 80) + " begins at byte " +
                        std::to_string(entry->begin) + " of the data, expected " + std::to_string(end) +
                        ", where the one before it ends");
    end = entry->end;
  }
  if (end != data_size)
    throw FormatError(file + ": " + std::to_string(data_size) + " bytes of data, the tensors have " +
                      std::to_string(end));
}

/// The header for `arrays` in this order, padded with spaces to a multiple of 8. Throws UsageError for bad names.
inline std::string safetensors_header(const std::vector<Array>& arrays,
                                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const Array& array : arrays) {
    if (header.contains(array.name) || array.name == "__metadata__")
      throw UsageError("safetensors: can't write a tensor named " + in_quotes(array.name, 80) +
                       ": the name is taken, expected one of its own for each");
    const auto* type = std::find_if(std::begin(detail::kSafetensorsTypes), std::end(detail::kSafetensorsTypes),
                                    [&](const auto& known) { return known.dtype == array.dtype; });
    const std::uint64_t end = offset + array.bytes.size;
    header[array.name] = {{"dtype", type->name}, {"shape", array.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    throw UsageError("safetensors: a tensor's name or the metadata isn't UTF-8");
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace attn::io
