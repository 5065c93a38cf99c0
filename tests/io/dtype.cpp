#include <attn/io/dtype.hpp>

#include "catch.hpp"

using namespace attn::io;

TEST_CASE("dtype: sizes and names") {
  CHECK(size_of(DType::f64) == 8);
  CHECK(size_of(DType::bf16) == 2);
  CHECK(size_of(DType::boolean) == 1);
  CHECK(name_of(DType::f16) == "float16");
  CHECK(name_of(DType::u8) == "uint8");
}

TEST_CASE("dtype: visit gives the type that dtype_of maps back") {
  for (int i = 0; i <= static_cast<int>(DType::boolean); ++i) {
    const auto dtype = static_cast<DType>(i);
    CHECK(visit(dtype, [](auto type) { return dtype_of<typename decltype(type)::type>; }) == dtype);
    CHECK_FALSE(name_of(dtype).empty());
  }
}

TEST_CASE("dtype: every byte but 0 is true") {
  CHECK(static_cast<float>(Boolean{0}) == 0.0F);
  CHECK(static_cast<float>(Boolean{1}) == 1.0F);
  CHECK(static_cast<double>(Boolean{255}) == 1.0);
}
