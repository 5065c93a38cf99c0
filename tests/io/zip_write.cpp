#include <attn/io/zip_write.hpp>

#include <attn/io/zip.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <random>

using namespace attn::io;

TEST_CASE("zip write: what is written reads back") {
  const ZipMethod method = GENERATE(ZipMethod::stored, ZipMethod::deflated);
  std::mt19937 random(1);
  std::string noise(1'000'000, ' ');  // incompressible, larger than every buffer
  for (char& c : noise) c = static_cast<char>(random());
  const test::Folder folder;
  attn::OutputFile file(folder / "a.zip");
  ZipWriter zip(file, method);
  zip.add("a", "begin ", copy_bytes("", "and rest"));
  zip.add("noise", "", copy_bytes("", noise));
  zip.add("empty", "", {});
  zip.finish();
  file.commit();

  const ZipArchive archive(copy_bytes("a.zip", test::content(folder / "a.zip")));
  REQUIRE(archive.members().size() == 3);
  CHECK(archive.members()[1].name == "noise");
  CHECK(archive.read(archive.members()[0]).text() == "begin and rest");
  CHECK((archive.read(archive.members()[1]).text() == noise));
  CHECK(archive.read(archive.members()[2]).size == 0);
}

TEST_CASE("zip write: more members than 16 bits count need the zip64 end record") {
  const test::Folder folder;
  attn::OutputFile file(folder / "a.zip");
  ZipWriter zip(file, ZipMethod::stored);
  for (int i = 0; i < 70'000; ++i) zip.add(std::to_string(i), "", {});
  zip.finish();
  file.commit();
  const ZipArchive archive(copy_bytes("a.zip", test::content(folder / "a.zip")));
  REQUIRE(archive.members().size() == 70'000);
  CHECK(archive.members().back().name == "69999");
}

TEST_CASE("zip write: a name is there once") {
  attn::OutputFile file("/dev/null");
  ZipWriter zip(file, ZipMethod::stored);
  zip.add("a.npy", "", {});
  CHECK(test::message_of<attn::UsageError>([&] { zip.add("a.npy", "", {}); }) ==
        "zip: can't write an array named \"a.npy\": the name is there twice, expected one of its own for each");
  CHECK_THROWS_AS(zip.add(".npy", "", {}), attn::UsageError);
}
