// Python's pickle, as far as the state dicts of PyTorch go: a machine with a stack that builds values, and runs
// nothing.
//
// A pickle can call any function of Python's. Here a "global" is only its name, and a call of one only a note that it
// was called with these arguments; a call of any that the reader doesn't know is an error.
//                                                    [docs.python.org/3/library/pickletools.html: the opcodes]
#pragma once

#include <attn/io/bytes.hpp>
#include <attn/io/in_quotes.hpp>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace attn::io {

struct PickleValue;
using Pickled = PickleValue*;  // what a pickle memoises is one value, in as many places as it likes, even in itself

struct PickleNone {};
struct PickleGlobal {
  std::string name;  // "collections.OrderedDict"
};
struct PickleCall {
  std::string function;
  std::vector<Pickled> arguments;
};
struct PickleReference {  // something that is stored outside the pickle
  Pickled id;
};
struct PickleList {
  std::vector<Pickled> items;  // of a list or a tuple
};
struct PickleDict {
  std::vector<std::pair<Pickled, Pickled>> items;  // in their order; what was set last comes last
};

struct PickleValue {
  std::variant<PickleNone, bool, std::int64_t, double, std::string, PickleGlobal, PickleCall, PickleReference,
               PickleList, PickleDict>
      is;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&is);
  }
};

/// A value, and all those that it is made of.
struct Pickle {
  std::deque<PickleValue> values;
  const PickleValue* root = nullptr;
};

namespace detail {

class PickleMachine {
 public:
  PickleMachine(const Bytes& file, const std::function<bool(const std::string&)>& known) : file_(file), known_(known) {}

  Pickle run() {
    for (;;) {
      at_ = next_;
      count(1);
      const auto opcode = static_cast<unsigned char>(take(1)[0]);
      if (opcode == '.') {  // STOP
        pickle_.root = pop();
        if (!stack_.empty()) fail("stops with " + std::to_string(stack_.size()) + " values too many");
        return std::move(pickle_);
      }
      step(opcode);
    }
  }

 private:
  static constexpr std::size_t kMostSteps = std::size_t{1} << 22;

  void step(unsigned char opcode) {
    switch (opcode) {
      case 0x80: {  // PROTO
        const auto version = number<std::uint8_t>();
        if (version < 2 || version > 5)
          throw UnsupportedError(where() + "pickle protocol " + std::to_string(version) + ", expected 2 to 5");
        return;
      }
      case 0x95:  // FRAME
        number<std::uint64_t>();
        return;
      case '(':
        return marks_.push_back(stack_.size());
      case 'N':
        return push(PickleNone{});
      case 0x88:
        return push(true);
      case 0x89:
        return push(false);
      case 'J':
        return push(std::int64_t{static_cast<std::int32_t>(number<std::uint32_t>())});
      case 'K':
        return push(std::int64_t{number<std::uint8_t>()});
      case 'M':
        return push(std::int64_t{number<std::uint16_t>()});
      case 0x8a:
        return push(long_integer());
      case 'G': {  // BINFLOAT, big-endian
        std::uint64_t bits = 0;
        for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
        double value;
        std::memcpy(&value, &bits, sizeof value);
        return push(value);
      }
      case 'X':
        return push(text(number<std::uint32_t>()));
      case 0x8c:
        return push(text(number<std::uint8_t>()));
      case 0x8d:
        return push(text(number<std::uint64_t>()));
      case 'c': {  // GLOBAL: two lines
        const std::string module = line();
        return push(PickleGlobal{module + "." + line()});
      }
      case 0x93: {  // STACK_GLOBAL
        const std::string name = pop_text(), module = pop_text();
        count(name.size() + module.size());
        return push(PickleGlobal{module + "." + name});
      }
      case 'Q':
        return push(PickleReference{pop()});
      case 'R': {  // REDUCE: a call
        const Pickled arguments = pop(), function = pop();
        return call(function, arguments);
      }
      case 0x81: {  // NEWOBJ: the same of a class
        const Pickled arguments = pop(), function = pop();
        return call(function, arguments);
      }
      case 'b':  // BUILD: attributes; those of a dict are remarks on versions, those of a tensor could be other numbers
        pop();
        last_as<PickleDict>("a dict");
        return;
      case ')':
      case ']':
        return push(PickleList{});
      case '}':
        return push(PickleDict{});
      case 't':
        return push(PickleList{pop_marked()});
      case 0x85:
        return push(PickleList{pop_last(1)});
      case 0x86:
        return push(PickleList{pop_last(2)});
      case 0x87:
        return push(PickleList{pop_last(3)});
      case 'a':
        return append(pop_last(1));
      case 'e':
        return append(pop_marked());
      case 's':
        return set(pop_last(2));
      case 'u':
        return set(pop_marked());
      case 'q':
        return memoise(number<std::uint8_t>());
      case 'r':
        return memoise(number<std::uint32_t>());
      case 0x94:
        return memoise(memo_.size());
      case 'h':
        return recall(number<std::uint8_t>());
      case 'j':
        return recall(number<std::uint32_t>());
      case '0':
        pop();
        return;
      default: {
        char code[8];
        std::snprintf(code, sizeof code, "0x%02x", opcode);
        throw UnsupportedError(where() + "pickle opcode " + code + " isn't one of those that tensors are saved with");
      }
    }
  }

  std::string where() const { return file_.name + ": byte " + std::to_string(at_) + ": "; }
  [[noreturn]] void fail(const std::string& what) const { throw FormatError(where() + what); }

  std::string_view take(std::uint64_t size) {
    if (!file_.has(next_, size)) fail("the pickle ends within an opcode");
    const std::string_view bytes = file_.text().substr(static_cast<std::size_t>(next_), static_cast<std::size_t>(size));
    next_ += size;
    return bytes;
  }
  template <class T>
  T number() {
    take(sizeof(T));
    return file_.little<T>(next_ - sizeof(T));
  }
  std::string text(std::uint64_t size) { return std::string(take(size)); }
  std::string line() {
    const std::size_t end = file_.text().find('\n', static_cast<std::size_t>(next_));
    if (end == std::string_view::npos) fail("the pickle ends within a name");
    const std::string result(take(end - next_));
    take(1);
    return result;
  }

  /// LONG1: a signed number of at most eight bytes.
  std::int64_t long_integer() {
    const auto size = number<std::uint8_t>();
    if (size > 8) fail("an integer of " + std::to_string(size) + " bytes, expected at most 8");
    const std::string_view bytes = take(size);
    std::uint64_t value = size > 0 && static_cast<signed char>(bytes.back()) < 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
  }

  template <class T>
  void push(T value) {
    pickle_.values.push_back(PickleValue{std::move(value)});
    stack_.push_back(&pickle_.values.back());
  }
  /// Opcodes, each of which may take memory, and copies: what is memoised could be copied without end.
  void count(std::size_t steps) {
    if ((steps_ += steps) > kMostSteps)
      fail("more than " + std::to_string(kMostSteps) + " opcodes and copies, expected what tensors need");
  }
  Pickled pop() {
    // Values below a mark belong to what will close it.
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("takes a value from an empty stack");
    const Pickled value = stack_.back();
    stack_.pop_back();
    return value;
  }
  std::string pop_text() {
    const auto* text = pop()->as<std::string>();
    if (text == nullptr) fail("expected a string on the stack");
    return *text;
  }
  std::vector<Pickled> pop_last(std::size_t count) {
    std::vector<Pickled> values(count);
    while (count-- > 0) values[count] = pop();
    return values;
  }
  std::vector<Pickled> pop_marked() {
    if (marks_.empty()) fail("closes what wasn't opened");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Pickled> values(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return values;
  }
  template <class T>
  T& last_as(const char* what) {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back()) || !std::holds_alternative<T>(stack_.back()->is))
      fail(std::string("expected ") + what + " on the stack");
    return std::get<T>(stack_.back()->is);
  }

  void call(const Pickled& function, const Pickled& arguments) {
    const auto* global = function->as<PickleGlobal>();
    const auto* list = arguments->as<PickleList>();
    if (global == nullptr || list == nullptr) fail("calls what isn't a function");
    if (!known_(global->name))
      throw UnsupportedError(where() + "asks for " + in_quotes(global->name) +
                             ": only tensors are read, and nothing is run");
    if (global->name == "collections.OrderedDict" && list->items.empty()) return push(PickleDict{});
    count(global->name.size() + list->items.size());
    push(PickleCall{global->name, list->items});
  }
  void append(const std::vector<Pickled>& values) {
    auto& items = last_as<PickleList>("a list").items;
    items.insert(items.end(), values.begin(), values.end());
  }
  void set(const std::vector<Pickled>& values) {
    if (values.size() % 2 != 0) fail("a key without a value");
    auto& items = last_as<PickleDict>("a dict").items;
    for (std::size_t i = 0; i < values.size(); i += 2) items.emplace_back(values[i], values[i + 1]);
  }
  void memoise(std::uint64_t place) {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("memoises from an empty stack");
    memo_[place] = stack_.back();
  }
  void recall(std::uint64_t place) {
    const auto found = memo_.find(place);
    if (found == memo_.end()) fail("recalls value " + std::to_string(place) + ", which wasn't memoised");
    stack_.push_back(found->second);
  }

  Bytes file_;
  const std::function<bool(const std::string&)>& known_;
  Pickle pickle_;
  std::uint64_t at_ = 0, next_ = 0;  // of the opcode, and behind what was read
  std::size_t steps_ = 0;
  std::vector<Pickled> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, Pickled> memo_;
};

}  // namespace detail

/// The value that a pickle builds. Throws FormatError for damage; UnsupportedError for opcodes that state dicts don't
/// use and for a call of a function that isn't `known`. Both say the byte.
inline Pickle read_pickle(const Bytes& file, const std::function<bool(const std::string&)>& known) {
  return detail::PickleMachine(file, known).run();
}

}  // namespace attn::io
