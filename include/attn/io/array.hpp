// An array as a file holds it: bytes, what they mean, and how they are ordered. to_tensor() makes numbers of it.
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/io/bytes.hpp>
#include <attn/io/dtype.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace attn::io {

/// Readers have checked that `bytes` holds at least product-of-shape elements.
struct Array {
  std::string name;  // in its file: a tensor's or member's name; empty where the format has none
  DType dtype = DType::f64;
  Shape shape;
  Bytes bytes;  // bytes.name says where it came from, for messages
  std::endian byte_order = std::endian::native;
  bool fortran_order = false;                         // the first axis is the contiguous one, not the last
  std::vector<std::string> row_labels = {};           // [rows] or empty; a CSV may carry these four
  std::vector<std::string> column_labels = {};        // [columns] or empty
  std::vector<std::string> axis_names = {};           // of the axes before the last two, or empty
  std::vector<std::vector<Index>> axis_indices = {};  // along each of these, what its entries are called, or empty
};

/// The tensor as an Array that shares its memory, for writing.
template <class T>
Array to_array(const Tensor<T>& tensor, std::string name = "") {
  const auto owner = std::make_shared<Tensor<T>>(tensor);
  std::shared_ptr<std::byte[]> data(owner, reinterpret_cast<std::byte*>(tensor.data()));
  const std::size_t size = static_cast<std::size_t>(tensor.size()) * sizeof(T);
  Bytes bytes{name, std::move(data), size};
  return {std::move(name), dtype_of<T>, tensor.shape(), std::move(bytes), std::endian::native, false};
}

namespace detail {

inline void reverse_each(std::byte* data, std::size_t size, std::size_t element) {
  for (std::size_t i = 0; i + element <= size; i += element) std::reverse(data + i, data + i + element);
}

/// Copies from Fortran to C order. The first and the last axis are walked in tiles, because one of the two sides jumps
/// with every step.
template <class Word>
void to_c_order(const std::byte* from, std::byte* to, const Shape& shape) {
  constexpr Index kTile = 32;
  const std::size_t last = shape.size() - 1;
  const Index n_first = shape.front(), n_last = shape.back();
  const Index size = *checked_size(shape);
  const Index middle = size / (n_first * n_last);
  const Index from_last = size / n_last;  // a step along the last axis, in the source
  const Index to_first = size / n_first;  // a step along the first axis, in the target
  for (Index m = 0; m < middle; ++m) {
    // m counts through the middle axes in C order; find the same place in the source.
    Index from_middle = 0, rest = m, stride = from_last;
    for (std::size_t axis = last; axis-- > 1;) {
      stride /= shape[axis];
      from_middle += rest % shape[axis] * stride;
      rest /= shape[axis];
    }
    for (Index i0 = 0; i0 < n_first; i0 += kTile)
      for (Index j0 = 0; j0 < n_last; j0 += kTile)
        for (Index i = i0; i < std::min(i0 + kTile, n_first); ++i)
          for (Index j = j0; j < std::min(j0 + kTile, n_last); ++j)
            std::memcpy(to + (i * to_first + m * n_last + j) * Index{sizeof(Word)},
                        from + (i + from_middle + j * from_last) * Index{sizeof(Word)}, sizeof(Word));
  }
}

}  // namespace detail

/// The same array in this machine's byte order and in C order; shares the memory if it is so already.
inline Array to_native(Array array) {
  const Index element = size_of(array.dtype);
  const auto size = static_cast<std::size_t>(*checked_size(array.shape, element));
  const bool swap = array.byte_order != std::endian::native && element > 1 && size > 0;
  const bool transpose = array.fortran_order && array.shape.size() > 1 && size > 0;
  if (swap || transpose) {
    Bytes ordered = new_bytes(array.bytes.name, size);
    const std::byte* from = array.bytes.data.get();
    std::byte* to = ordered.data.get();
    if (!transpose)
      std::memcpy(to, from, size);
    else if (element == 1)
      detail::to_c_order<std::uint8_t>(from, to, array.shape);
    else if (element == 2)
      detail::to_c_order<std::uint16_t>(from, to, array.shape);
    else if (element == 4)
      detail::to_c_order<std::uint32_t>(from, to, array.shape);
    else
      detail::to_c_order<std::uint64_t>(from, to, array.shape);
    if (swap) detail::reverse_each(to, size, static_cast<std::size_t>(element));
    array.bytes = std::move(ordered);
  }
  array.byte_order = std::endian::native;
  array.fortran_order = false;
  return array;
}

/// The numbers as `T`, a floating-point type. Nothing is copied where the dtype, both orders and the alignment fit
/// already: the tensor then lies over the mapped file. A float64 becomes the nearest float.
template <class T>
Tensor<T> to_tensor(const Array& source) {
  static_assert(std::is_floating_point_v<T> || std::is_same_v<T, Eigen::half> || std::is_same_v<T, Eigen::bfloat16>,
                "attn::io::to_tensor: the element type must be a floating-point type");
  const Array array = to_native(source);
  std::byte* bytes = array.bytes.data.get();
  const bool aligned = reinterpret_cast<std::uintptr_t>(bytes) % alignof(T) == 0;
  if (array.dtype == dtype_of<T> && aligned && bytes != nullptr)
    return Tensor<T>(array.shape, std::shared_ptr<T[]>(array.bytes.data, reinterpret_cast<T*>(bytes)));
  Tensor<T> tensor(array.shape);
  T* to = tensor.data();
  const Index size = tensor.size();
  visit(array.dtype, [&](auto type) {
    using From = typename decltype(type)::type;
    for (Index i = 0; i < size; ++i) {
      From value;
      std::memcpy(&value, bytes + i * Index{sizeof(From)}, sizeof(From));
      if constexpr (std::is_same_v<From, T>)
        to[i] = value;
      else if constexpr (sizeof(T) == 2)
        to[i] = static_cast<T>(static_cast<float>(value));
      else
        to[i] = static_cast<T>(value);
    }
  });
  return tensor;
}

}  // namespace attn::io
