#include <attn/io/array.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <numeric>

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

/// 0, 1, 2 … in memory order.
template <class T>
Array counting(Shape shape) {
  const Tensor<T> tensor(std::move(shape));
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<T>(static_cast<float>(i));
  return to_array(tensor, "counting");
}

}  // namespace

TEST_CASE("array: what fits already isn't copied") {
  const Array array = counting<float>({2, 3});
  const Tensor<float> same = to_tensor<float>(array);
  CHECK(static_cast<const void*>(same.data()) == array.bytes.data.get());
  CHECK(same.shape() == Shape{2, 3});
  const Tensor<double> other = to_tensor<double>(array);
  CHECK(other.matrix()(1, 2) == 5.0);
}

TEST_CASE("array: unaligned memory is copied, not read in place") {
  const Array aligned = counting<float>({3});
  Array array = aligned;
  array.bytes = new_bytes("shifted", 13).slice(1, 12);
  std::memcpy(array.bytes.data.get(), aligned.bytes.data.get(), 12);
  const Tensor<float> tensor = to_tensor<float>(array);
  CHECK(static_cast<const void*>(tensor.data()) != array.bytes.data.get());
  CHECK(tensor.data()[2] == 2.0F);
}

TEST_CASE("array: the tensor keeps the memory alive") {
  Tensor<double> tensor;
  { tensor = to_tensor<double>(counting<double>({4})); }
  CHECK(tensor.data()[3] == 3.0);
}

TEST_CASE("array: Fortran order, by eye") {
  Array array = counting<float>({2, 3});  // in memory: the first column, then the second …
  array.fortran_order = true;
  const Tensor<float> tensor = to_tensor<float>(array);
  attn::Matrix<float> expected(2, 3);
  expected << 0, 2, 4, 1, 3, 5;
  CHECK(tensor.matrix() == expected);
}

TEST_CASE("array: Fortran order of any rank and element size is the reversed shape transposed") {
  const Shape shape = GENERATE(Shape{7}, Shape{1, 1}, Shape{40, 33}, Shape{2, 3, 4}, Shape{5, 1, 2, 3},
                               Shape{2, 3, 2, 3, 2}, Shape{0, 3}, Shape{3, 0, 2});
  const auto check = [&shape](auto zero) {
    using T = decltype(zero);
    Array array = counting<T>(shape);
    array.fortran_order = true;
    const Array native = to_native(array);
    const Index size = *attn::checked_size(shape);
    const T* from = reinterpret_cast<const T*>(array.bytes.data.get());
    const T* to = reinterpret_cast<const T*>(native.bytes.data.get());
    for (Index c = 0; c < size; ++c) {
      Index rest = c, place = 0, stride = size;
      for (std::size_t axis = shape.size(); axis-- > 0;) {
        stride /= shape[axis];
        place += rest % shape[axis] * stride;
        rest /= shape[axis];
      }
      if (to[c] != from[place]) return false;
    }
    return true;
  };
  CAPTURE(attn::to_string(shape));
  CHECK(check(std::uint8_t{}));
  CHECK(check(std::int16_t{}));
  CHECK(check(float{}));
  CHECK(check(double{}));
}

TEST_CASE("array: foreign byte order") {
  Array array = counting<double>({3});
  Array swapped = array;
  swapped.bytes = copy_bytes("swapped", array.bytes.text());
  detail::reverse_each(swapped.bytes.data.get(), 24, 8);
  swapped.byte_order = std::endian::native == std::endian::little ? std::endian::big : std::endian::little;
  CHECK(to_tensor<double>(swapped).data()[2] == 2.0);
  swapped.fortran_order = true;
  CHECK(to_tensor<float>(swapped).data()[1] == 1.0F);
}

TEST_CASE("array: every dtype becomes every floating-point type") {
  const auto check = [](const Array& array) {
    CAPTURE(name_of(array.dtype));
    const bool boolean = array.dtype == DType::boolean;
    CHECK(to_tensor<double>(array).data()[3] == (boolean ? 1.0 : 3.0));
    CHECK(to_tensor<float>(array).data()[3] == (boolean ? 1.0F : 3.0F));
    CHECK(static_cast<float>(to_tensor<Eigen::half>(array).data()[3]) == (boolean ? 1.0F : 3.0F));
    CHECK(static_cast<float>(to_tensor<Eigen::bfloat16>(array).data()[3]) == (boolean ? 1.0F : 3.0F));
  };
  check(counting<double>({4}));
  check(counting<float>({4}));
  check(counting<Eigen::half>({4}));
  check(counting<Eigen::bfloat16>({4}));
  check(counting<std::int64_t>({4}));
  check(counting<std::int32_t>({4}));
  check(counting<std::int16_t>({4}));
  check(counting<std::int8_t>({4}));
  check(counting<std::uint64_t>({4}));
  check(counting<std::uint32_t>({4}));
  check(counting<std::uint16_t>({4}));
  Array bytes = counting<std::uint8_t>({4});
  check(bytes);
  bytes.dtype = DType::boolean;
  check(bytes);
}

TEST_CASE("array: empty and scalar") {
  CHECK(to_tensor<double>(counting<float>({0, 4})).shape() == Shape{0, 4});
  CHECK(to_tensor<double>(counting<float>({})).size() == 1);
}
