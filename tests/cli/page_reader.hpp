// Reads the matrices of a page of attn view back, by the rules that its script follows.
#pragma once

#include <attn/render/packed_numbers.hpp>

#include <map>
#include <regex>
#include <string>

#include <zlib.h>

namespace cli {

inline std::string from_base64(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned held = 0, bits = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    held = held << 6 | static_cast<unsigned>(letters.find(letter));
    if ((bits += 6) >= 8) bytes += static_cast<char>(held >> (bits -= 8) & 255);
  }
  return bytes;
}

/// "weights 0 2 1", kind, part, layer and head, to its numbers.
inline std::map<std::string, attn::Matrix<double>> matrices_of(const std::string& page) {
  static const std::regex element(
      "<script type=\"text/plain\" data-kind=\"(\\w+)\" data-part=\"(\\d+)\" data-layer=\"(\\d+)\" "
      "data-head=\"(\\d+)\" "
      "data-rows=\"(\\d+)\" data-cols=\"(\\d+)\" data-bits=\"(\\d+)\" data-root=\"([01])\" data-low=\"([^\"]+)\" "
      "data-high=\"([^\"]+)\">");
  std::map<std::string, attn::Matrix<double>> matrices;
  for (std::sregex_iterator it(page.begin(), page.end(), element), end; it != end; ++it) {
    const std::smatch& of = *it;
    const auto begin = static_cast<std::size_t>(of.position() + of.length());
    const std::string packed_bytes = from_base64(page.substr(begin, page.find('<', begin) - begin));
    attn::render::PackedNumbers packed{
        std::stol(of[5]), std::stol(of[6]), std::stoi(of[7]), of[8] == "1", std::stof(of[9]), std::stof(of[10]), {}};
    packed.bytes.resize(static_cast<std::size_t>(packed.rows * packed.columns * packed.bits / 8));
    uLongf size = packed.bytes.size();
    const bool whole = ::uncompress(packed.bytes.data(), &size, reinterpret_cast<const Bytef*>(packed_bytes.data()),
                                    packed_bytes.size()) == Z_OK &&
                       size == packed.bytes.size();
    attn::Matrix<double> numbers(packed.rows, packed.columns);
    for (attn::Index i = 0; i < packed.rows; ++i)
      for (attn::Index j = 0; j < packed.columns; ++j)
        numbers(i, j) = whole ? packed.value(packed.code(i, j)) : std::numeric_limits<double>::quiet_NaN();
    matrices[of[1].str() + " " + of[2].str() + " " + of[3].str() + " " + of[4].str()] = numbers;
  }
  return matrices;
}

}  // namespace cli
