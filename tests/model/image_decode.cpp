#include "model/pictures.hpp"
#include "io/support.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image_write.h>
#pragma GCC diagnostic pop

#include "catch.hpp"

using namespace attn;
using namespace attn::model;

namespace {

/// A JPEG file of a grey ramp [16 x 24].
std::string jpeg() {
  std::string pixels, file;
  for (int n = 0; n < 16 * 24; ++n) pixels += static_cast<char>(n % 24 * 10);
  const auto add = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  stbi_write_jpg_to_func(add, &file, 24, 16, 1, pixels.data(), 95);
  return file;
}

std::string refusal(const std::string& file) {
  try {
    test::decode(file);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("PNG: grey and colour, without transparency, of 16 bits the upper ones") {
  using namespace std::string_literals;
  CHECK(test::text_of(test::decode(test::png(3, 1, 8, 0, "\x00\x80\xff"s))) == "[1 x 3 x 1] 0 128 255");
  CHECK(test::text_of(test::decode(test::png(1, 2, 8, 2, "\x01\x02\x03\x04\x05\x06"))) == "[2 x 1 x 3] 1 2 3 4 5 6");
  CHECK(test::text_of(test::decode(test::png(2, 1, 8, 4, "\x07\x00\x08\x09"s))) == "[1 x 2 x 1] 7 8");
  CHECK(test::text_of(test::decode(test::png(1, 1, 8, 6, "\x07\x08\x09\x00"s))) == "[1 x 1 x 3] 7 8 9");
  CHECK(test::text_of(test::decode(test::png(2, 1, 16, 0, "\x07\xff\x80\x00"s))) == "[1 x 2 x 1] 7 128");
  CHECK(test::text_of(test::decode(test::png(8, 1, 1, 0, "\xa0"))) == "[1 x 8 x 1] 255 0 255 0 0 0 0 0");
}

TEST_CASE("JPEG: near to what went in") {
  const Picture picture = test::decode(jpeg());
  REQUIRE(picture.height == 16);
  REQUIRE(picture.width == 24);
  const Picture grey = with_channels(picture, 1);
  for (Index y = 0; y < 16; ++y)
    for (Index x = 0; x < 24; ++x) CHECK(std::abs(int{*grey.pixel(y, x)} - static_cast<int>(x) * 10) <= 4);
}

TEST_CASE("JPEG: what libjpeg reads, up to rounding") {
  // stb_image rounds otherwise: brightness and colours are off by 1, so R, G and B, which are made of them with factors
  // of up to 1.8, by 3. In 4:2:0 it rounds once more, where it mixes the colours of neighbours.
  struct Case {
    const char* name;
    int most;
    double mean;
  };
  for (const auto& [name, most, mean] :
       {Case{"444", 3, 0.05}, Case{"422", 3, 0.05}, Case{"420", 3, 0.1}, Case{"420_progressive", 3, 0.1},
        Case{"grey", 1, 0.02}, Case{"grey_progressive", 1, 0.02}}) {
    INFO(name);
    const std::string path = ATTN_TEST_DATA "/model/pictures/photo_" + std::string(name);
    const Picture ours = test::decode_file(path + ".jpg"), theirs = test::decode_file(path + ".png");
    REQUIRE(ours.height == 29);
    REQUIRE(ours.width == 37);
    REQUIRE(ours.channels == theirs.channels);
    REQUIRE(ours.pixels.size() == theirs.pixels.size());
    int worst = 0;
    double sum = 0;
    for (std::size_t n = 0; n < ours.pixels.size(); ++n) {
      const int apart = std::abs(int{ours.pixels[n]} - int{theirs.pixels[n]});
      worst = std::max(worst, apart);
      sum += apart;
    }
    CHECK(worst <= most);
    CHECK(sum / static_cast<double>(ours.pixels.size()) <= mean);
  }
}

TEST_CASE("channels: as Pillow converts them") {
  Picture color(1, 4, 3);
  color.pixels = {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30};
  CHECK(test::text_of(with_channels(color, 1)) == "[1 x 4 x 1] 76 150 29 18");
  CHECK(test::text_of(with_channels(with_channels(color, 1), 3)) ==
        "[1 x 4 x 3] 76 76 76 150 150 150 29 29 29 18 18 18");
  CHECK_THROWS_AS(with_channels(color, 4), UnsupportedError);
}

TEST_CASE("what is no picture, or not all of one, is refused by name") {
  const std::string whole = test::png(2, 2, 8, 0, "abcd");
  CHECK(refusal("") == "p: isn't a picture that can be read, expected a PNG or JPEG file");
  CHECK(refusal("GIF89a") == "p: isn't a picture that can be read, expected a PNG or JPEG file");
  for (std::size_t size = 8; size < whole.size(); ++size) {
    INFO("PNG, " << size << " of " << whole.size() << " bytes");
    CHECK(refusal(whole.substr(0, size)).starts_with("p: isn't a whole PNG file: "));
  }
  const std::string photo = jpeg();
  CHECK(refusal(photo).empty());
  for (std::size_t size = 3; size < photo.size() - 2; size += 7) {
    INFO("JPEG, " << size << " of " << photo.size() << " bytes");
    CHECK(refusal(photo.substr(0, size)).starts_with("p: isn't a whole JPEG file: "));
  }
}

TEST_CASE("PNG: the data may be in several chunks, and some may have none") {
  const std::string whole = test::png(2, 2, 8, 0, "abcd"), none = test::png_chunk("IDAT", "");
  const std::size_t begin = 33, end = whole.size() - 12;  // of the one chunk of data, 8 bytes before and 4 behind them
  const std::string data = whole.substr(begin + 8, end - begin - 12);
  CHECK(test::text_of(test::decode(whole.substr(0, begin) + none + test::png_chunk("IDAT", data.substr(0, 3)) + none +
                                   test::png_chunk("IDAT", data.substr(3)) + whole.substr(end))) ==
        "[2 x 2 x 1] 97 98 99 100");
  CHECK(refusal(whole.substr(0, begin) + none + whole.substr(end)).starts_with("p: isn't a whole PNG file: "));
}

TEST_CASE("a PNG with any byte damaged is refused, by its chunk's CRC-32") {
  const std::string whole = test::content(ATTN_TEST_DATA "/model/pictures/photo_grey.png");
  CHECK(refusal(whole).empty());
  CHECK(refusal(whole + "what stands behind the end").empty());
  for (std::size_t at = 8; at < whole.size(); ++at)
    for (const int bit : {0, 5, 7}) {
      INFO("bit " << bit << " of byte " << at);
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      CHECK(refusal(damaged).starts_with("p: isn't a whole PNG file: "));
    }
}

TEST_CASE("a PNG's damaged chunk is named, with its place") {
  const std::string begin = test::png(1, 1, 8, 0, "a").substr(0, 33);
  std::string note = test::png_chunk("tEXt", "abc");
  note.back() = static_cast<char>(note.back() + 1);
  CHECK(refusal(begin + note) ==
        "p: isn't a whole PNG file: chunk \"tEXt\" at byte 33: damaged: CRC-32 is 4236614536, expected 4236614537; "
        "fetch or export the picture again");
  CHECK(refusal(begin + test::png_chunk("IDAT", "abc").substr(0, 14)) ==
        "p: isn't a whole PNG file: chunk \"IDAT\" at byte 33: 2 bytes, expected 3");
  CHECK(refusal(begin) == "p: isn't a whole PNG file: it ends before its last chunk, IEND");
}

TEST_CASE("bytes of a damaged picture don't break the line of its message") {
  const std::string whole = test::png(2, 2, 8, 0, "abcd"), end = test::png_chunk("IEND", "");
  for (const std::string& chunk : {test::png_chunk("I\nAT", "abcd"), std::string("\0\0\0\0I\nAT1234", 12)}) {
    const std::string message = refusal(whole.substr(0, 33) + chunk + end);
    CHECK(message.starts_with("p: isn't a whole PNG file: "));
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a JPEG with a table of too many codes is refused") {
  std::string file = jpeg();
  const std::size_t table = file.find("\xff\xc4");
  REQUIRE(table != std::string::npos);
  file[table + 5 + 15] = '\xff';
  file[table + 5 + 14] = '\xff';
  CHECK(refusal(file) == "p: isn't a whole JPEG file: a table of more than 256 codes");
}

TEST_CASE("a picture that its file can't hold is refused before memory is taken") {
  CHECK(refusal(test::png(60000, 2000, 8, 2, "")).starts_with("p: isn't a whole PNG file: 60000 x 2000 pixels in "));
  CHECK(refusal(test::png(70000, 1, 8, 0, "")).starts_with("p: isn't a whole PNG file: "));
}
