#include <attn/io/zip.hpp>

#include "catch.hpp"
#include "io/support.hpp"
#include "io/zip_bytes.hpp"

using namespace attn::io;
using attn::FormatError;
using test::little;

namespace {

std::string data(const std::string& name) { return test::content(test::data_path(name)); }

/// Reads every member of a damaged archive.
std::string message(const std::string& text) {
  return test::message_of<attn::Error>([&] {
    const ZipArchive zip(copy_bytes("a.npz", text));
    for (const ZipMember& member : zip.members()) zip.read(member);
  });
}

std::string with(std::string text, std::size_t at, const std::string& bytes) {
  return text.replace(at, bytes.size(), bytes);
}

}  // namespace

TEST_CASE("zip: members stored, deflated, and with sizes behind the data") {
  for (const char* name : {"stored.npz", "deflated.npz", "descriptors.npz"}) {
    CAPTURE(name);
    const ZipArchive zip(copy_bytes(name, data(name)));
    REQUIRE(zip.members().size() == (std::string(name) == "descriptors.npz" ? 1 : 2));
    CHECK(zip.members()[0].name == "halves.npy");
    for (const ZipMember& member : zip.members()) {
      const Bytes bytes = zip.read(member);
      CHECK(bytes.size == member.size);
      CHECK(bytes.text().starts_with("\x93NUMPY"));
      CHECK(zip.peek(member, 6).text() == "\x93NUMPY");
    }
  }
}

TEST_CASE("zip: an archive without members") {
  CHECK(ZipArchive(copy_bytes("empty.npz", "PK\5\6" + std::string(18, '\0'))).members().empty());
}

TEST_CASE("zip: a stored member isn't copied") {
  const Bytes file = copy_bytes("stored.npz", data("stored.npz"));
  const ZipArchive zip(file);
  CHECK(zip.read(zip.members()[0]).data.get() == file.data.get() + zip.members()[0].data);
}

TEST_CASE("zip: what can't be read is named") {
  CHECK(message(data("bzip2.npz")) == "a.npz:x.npy: is compressed by method 12, expected 0 (stored) or 8 (deflated)");
  CHECK(message(data("encryption_flag.npz")) == "a.npz:x.npy: is encrypted, expected a stored or deflated member");
}

TEST_CASE("zip: truncated and damaged archives say where") {
  const std::string whole = data("stored.npz");
  const std::size_t directory = whole.find("PK\1\2"), end = whole.rfind("PK\5\6");
  CHECK(message("PK") == "a.npz: too short for a zip archive: 2 bytes");
  CHECK(test::contains(message(whole.substr(0, whole.size() - 1)), "truncated: has no end record"));
  std::string damaged = whole;
  damaged[directory - 1] ^= 1;
  CHECK(test::contains(message(damaged), "a.npz:counts.npy: damaged: CRC-32 is "));
  CHECK(test::contains(message(with(whole, directory, "XX")), "no entry of the central directory at byte"));
  CHECK(test::contains(message(with(whole, 0, "XX")), "no local header of \"halves.npy\" at byte 0"));
  CHECK(test::contains(message(with(whole, 30, "X")), "the local header at byte 0 isn't of \"halves.npy\""));
  CHECK(test::contains(message(with(whole, end + 16, little(0xfffffff0, 4))), "runs past its end record"));
  CHECK(test::contains(message(with(whole, end + 10, little(60000, 2))), "can't hold 60000 entries"));
  CHECK(test::contains(message(with(whole, end + 10, little(1, 2))), "its 1 entries have"));
}

TEST_CASE("zip: lying sizes are found before memory is taken") {
  const std::string whole = data("stored.npz"), packed = data("deflated.npz");
  const std::size_t entry = whole.find("PK\1\2"), packed_entry = packed.find("PK\1\2");
  CHECK(test::contains(message(with(whole, entry + 20, little(1 << 30, 4))), "has 1073741824 bytes from byte"));
  CHECK(test::contains(message(with(whole, entry + 24, little(5, 4))), "bytes, but says 5"));
  CHECK(test::contains(message(with(packed, packed_entry + 24, little(0xfffffff0, 4))), "to 4294967280; a zip bomb?"));
  CHECK(test::contains(message(with(packed, packed_entry + 24, little(177, 4))), "unpacked 176 bytes, expected 177"));
  CHECK(test::contains(message(with(packed, packed_entry + 24, little(175, 4))), "unpacks to more than the 175 bytes"));
  CHECK(test::contains(message(with(whole, entry + 24, little(0xffffffff, 4))), "but says 4294967295"));
}

TEST_CASE("zip: members that share bytes are refused") {
  const std::string whole = data("stored.npz");
  // The second entry gets the first one's name, sizes and place: the classic overlap bomb.
  const std::size_t first = whole.find("PK\1\2"), second = whole.find("PK\1\2", first + 1), end = whole.rfind("PK\5\6");
  const std::string entry = whole.substr(first, second - first);
  std::string bomb = whole.substr(0, first) + entry + entry + whole.substr(end);
  bomb = with(bomb, bomb.size() - 10, little(2 * entry.size(), 4));
  CHECK(test::contains(message(bomb), "\"halves.npy\" ends at byte"));
}
