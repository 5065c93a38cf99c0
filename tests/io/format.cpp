#include <attn/io/format.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;

TEST_CASE("format: by extension, in any case") {
  CHECK(format_of_extension("a/b.csv") == Format::csv);
  CHECK(format_of_extension("b.TSV") == Format::tsv);
  CHECK(format_of_extension("b.npy") == Format::npy);
  CHECK(format_of_extension("b.npz") == Format::npz);
  CHECK(format_of_extension("b.json") == Format::json);
  CHECK(format_of_extension("model.f16.safetensors") == Format::safetensors);
  CHECK_FALSE(format_of_extension("b.txt"));
  CHECK_FALSE(format_of_extension("csv"));
  CHECK_FALSE(format_of_extension("a.csv/b"));
}

TEST_CASE("format: by the first bytes") {
  const auto of = [](const std::string& name) {
    return format_of_content(copy_bytes(name, test::content(test::data_path(name))));
  };
  CHECK(of("little_f4.npy") == Format::npy);
  CHECK(of("stored.npz") == Format::npz);
  CHECK(of("one.safetensors") == Format::safetensors);
  CHECK_FALSE(of("savetxt.csv"));
  CHECK_FALSE(format_of_content(copy_bytes("empty", "")));
  CHECK(test::message_of<attn::UnsupportedError>([] { format_of_content(copy_bytes("x.h5", "\x89HDF\r\n")); }) ==
        "x.h5: is an HDF5 file, expected .npy, .npz, .safetensors, .csv or .tsv; convert it, e.g. with np.save");
}
