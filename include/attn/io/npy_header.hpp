// The header of a .npy file: a strict parser of the Python dict in it.
//
// Keys may come in any order, with any spaces, a trailing comma, either kind of quotes, and Python 2's "3L" in the
// shape; that is all that NumPy has ever written [NumPy, numpy.lib.format].
#pragma once

#include <attn/io/array.hpp>
#include <attn/io/in_quotes.hpp>

#include <limits>
#include <optional>

namespace attn::io {

struct NpyHeader {
  DType dtype = DType::f64;
  std::endian byte_order = std::endian::native;
  bool fortran_order = false;
  Shape shape;
  std::size_t data_begin = 0;  // bytes before the elements
  std::size_t data_size = 0;   // bytes of the elements
};

inline constexpr std::size_t kNpyHeaderLimit = 65536;  // bytes; an array of numbers needs about 118
inline constexpr std::size_t kNpyAxesLimit = 64;       // as NumPy 2

/// '<f4' and the like. Throws UnsupportedError for bfloat16.
inline std::string npy_descr(DType dtype, std::endian byte_order) {
  const auto ordered = [&](const char* code) {
    std::string descr(1, byte_order == std::endian::little ? '<' : '>');
    return descr += code;
  };
  switch (dtype) {
    case DType::f64:
      return ordered("f8");
    case DType::f32:
      return ordered("f4");
    case DType::f16:
      return ordered("f2");
    case DType::i64:
      return ordered("i8");
    case DType::i32:
      return ordered("i4");
    case DType::i16:
      return ordered("i2");
    case DType::i8:
      return "|i1";
    case DType::u64:
      return ordered("u8");
    case DType::u32:
      return ordered("u4");
    case DType::u16:
      return ordered("u2");
    case DType::u8:
      return "|u1";
    case DType::boolean:
      return "|b1";
    case DType::bf16:
      break;
  }
  throw UnsupportedError("NumPy has no bfloat16, so .npy and .npz can't hold it; write float32 or .safetensors");
}

namespace detail {

class NpyHeaderParser {
 public:
  NpyHeaderParser(const std::string& file, std::string_view text, std::size_t offset)
      : file_(file), text_(text), offset_(offset) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!next_is('}')) {
      const std::size_t begin = place_;
      const std::string key = string();
      expect(':');
      bool* seen = key == "descr"           ? &has_descr
                   : key == "fortran_order" ? &has_order
                   : key == "shape"         ? &has_shape
                                            : nullptr;
      if (seen == nullptr || *seen) fail(begin, (seen ? "repeated key " : "unknown key ") + in_quotes(key));
      *seen = true;
      if (key == "descr")
        dtype(header);
      else if (key == "fortran_order")
        header.fortran_order = boolean();
      else
        header.shape = shape();
      if (!take(',') && !next_is('}')) fail(place_, "expected ',' or '}'");
    }
    expect('}');
    skip_spaces();
    if (place_ != text_.size()) fail(place_, "text after the dict: " + in_quotes(text_.substr(place_)));
    if (!has_descr || !has_order || !has_shape)
      fail(0, std::string("no key ") +
                  (!has_descr   ? "'descr'"
                   : !has_order ? "'fortran_order'"
                                : "'shape'") +
                  " in " + in_quotes(text_));
    return header;
  }

 private:
  void dtype(NpyHeader& header) {
    skip_spaces();
    const std::size_t begin = place_;
    if (place_ < text_.size() && (text_[place_] == '[' || text_[place_] == '('))
      throw UnsupportedError(file_ + ": structured elements " + in_quotes(text_.substr(begin)) +
                             " can't be read, expected one number each; save one field, e.g. np.save(f, a['x'])");
    const std::string descr = string();
    const char order = descr.empty() ? ' ' : descr[0];
    const bool has_order = order == '<' || order == '>' || order == '|' || order == '=';
    const std::string code = has_order ? descr.substr(1) : descr;
    header.byte_order = order == '<' ? std::endian::little : order == '>' ? std::endian::big : std::endian::native;
    static constexpr struct {
      std::string_view code;
      DType dtype;
    } known[] = {{"f8", DType::f64}, {"f4", DType::f32}, {"f2", DType::f16}, {"i8", DType::i64},
                 {"i4", DType::i32}, {"i2", DType::i16}, {"i1", DType::i8},  {"u8", DType::u64},
                 {"u4", DType::u32}, {"u2", DType::u16}, {"u1", DType::u8},  {"b1", DType::boolean}};
    for (const auto& entry : known)
      if (entry.code == code) {
        header.dtype = entry.dtype;
        return;
      }
    const char kind = code.empty() ? ' ' : code[0];
    const char* what = nullptr;
    const char* hint = "real numbers or booleans";
    switch (kind) {
      case 'c':
        what = "complex numbers";
        break;
      case 'O':
        what = "Python objects";
        hint = "real numbers; convert it, e.g. a.astype(np.float32)";
        break;
      case 'S':
      case 'a':
      case 'U':
        what = "strings";
        break;
      case 'M':
      case 'm':
        what = "dates or times";
        break;
      case 'f':
        if (code != "f16" && code != "f12") break;
        what = "extended-precision floats";
        hint = "float64; convert it, e.g. a.astype(np.float64)";
        break;
      case 'V':
        what = "raw bytes";
        hint = "real numbers; if they are bfloat16, which NumPy doesn't have, save float32";
        break;
      default:
        break;
    }
    if (what == nullptr) fail(begin, "unknown dtype " + in_quotes(descr));
    throw UnsupportedError(file_ + ": elements are " + what + ", dtype " + in_quotes(descr) + ", expected " + hint);
  }

  bool boolean() {
    skip_spaces();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(place_).starts_with(word)) {
        place_ += word.size();
        return value;
      }
    }
    fail(place_, "'fortran_order' must be True or False");
  }

  Shape shape() {
    Shape shape;
    expect('(');
    bool comma = true;
    while (!next_is(')')) {
      if (!comma) fail(place_, "expected ',' or ')' in the shape");
      if (shape.size() == kNpyAxesLimit) fail(place_, "more than " + std::to_string(kNpyAxesLimit) + " axes");
      shape.push_back(size());
      comma = take(',');
    }
    if (shape.size() == 1 && !comma) fail(place_, "the shape is a number in brackets, expected a tuple such as (3,)");
    expect(')');
    return shape;
  }

  Index size() {
    skip_spaces();
    const std::size_t begin = place_;
    if (next_is('-'))
      fail(begin, "negative size " + in_quotes(text_.substr(begin, text_.find_first_of(",)", begin) - begin)) +
                      " in the shape");
    Index n = 0;
    while (place_ < text_.size() && text_[place_] >= '0' && text_[place_] <= '9') {
      const Index digit = text_[place_] - '0';
      if (n > (std::numeric_limits<Index>::max() - digit) / 10) fail(begin, "a size in the shape exceeds 2^63");
      n = n * 10 + digit;
      ++place_;
    }
    if (place_ == begin) fail(begin, "expected a size in the shape");
    if (place_ < text_.size() && text_[place_] == 'L') ++place_;
    return n;
  }

  std::string string() {
    skip_spaces();
    const std::size_t begin = place_;
    const char quote = begin < text_.size() ? text_[begin] : ' ';
    if (quote != '\'' && quote != '"') fail(begin, "expected a string");
    const std::size_t end = text_.find(quote, begin + 1);
    if (end == std::string_view::npos) fail(begin, "a string without an end");
    place_ = end + 1;
    return std::string(text_.substr(begin + 1, end - begin - 1));
  }

  void skip_spaces() {
    while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\n' || text_[place_] == '\t')) ++place_;
  }
  bool next_is(char c) {
    skip_spaces();
    return place_ < text_.size() && text_[place_] == c;
  }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++place_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(place_, std::string("expected '") + c + "'");
  }

  [[noreturn]] void fail(std::size_t place, const std::string& what) const {
    throw FormatError(file_ + ": bad .npy header at byte " + std::to_string(offset_ + place) + ": " + what);
  }

  const std::string& file_;
  std::string_view text_;
  std::size_t offset_;  // of the text in the file
  std::size_t place_ = 0;
};

}  // namespace detail

/// Reads the header at the beginning of `file`, which may be just the first kNpyHeaderLimit + 12 bytes of one. Throws
/// FormatError, UnsupportedError.
inline NpyHeader parse_npy_header(const Bytes& file) {
  if (!file.text().starts_with("\x93NUMPY"))
    throw FormatError(file.name + ": isn't a .npy file: begins with " + in_quotes(file.text().substr(0, 6)) +
                      ", expected \"\\x93NUMPY\"");
  const unsigned major = file.little<std::uint8_t>(6), minor = file.little<std::uint8_t>(7);
  if (major < 1 || major > 3 || minor != 0)
    throw UnsupportedError(file.name + ": .npy version " + std::to_string(major) + "." + std::to_string(minor) +
                           ", expected 1.0, 2.0 or 3.0");
  const std::size_t begin = major == 1 ? 10 : 12;
  const std::size_t length = major == 1 ? file.little<std::uint16_t>(8) : file.little<std::uint32_t>(8);
  if (length > kNpyHeaderLimit)
    throw FormatError(file.name + ": .npy header of " + std::to_string(length) + " bytes, expected at most " +
                      std::to_string(kNpyHeaderLimit));
  if (!file.has(begin, length))
    throw FormatError(file.name + ": truncated: .npy header of " + std::to_string(length) + " bytes from byte " +
                      std::to_string(begin) + ", has " + std::to_string(file.size) + " in all");
  NpyHeader header = detail::NpyHeaderParser(file.name, file.text().substr(begin, length), begin).parse();
  const std::optional<Index> size = checked_size(header.shape, size_of(header.dtype));
  if (!size)
    throw FormatError(file.name + ": the shape " + to_string(header.shape) + " of " +
                      std::string(name_of(header.dtype)) + " exceeds 2^63 bytes");
  header.data_begin = begin + length;
  header.data_size = static_cast<std::size_t>(*size);
  return header;
}

}  // namespace attn::io
