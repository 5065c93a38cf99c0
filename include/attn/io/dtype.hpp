// The element types that files hold, and the C++ type of each.
#pragma once

#include <attn/base/matrix.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace attn::io {

enum class DType { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

/// A boolean as files store it: one byte, false where it is 0.
struct Boolean {
  std::uint8_t byte;
  explicit operator float() const { return byte != 0 ? 1.0F : 0.0F; }
  explicit operator double() const { return byte != 0 ? 1.0 : 0.0; }
};

/// Calls `f(std::type_identity<T>{})` with the C++ type of `dtype`.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f64:
      return f(std::type_identity<double>{});
    case DType::f32:
      return f(std::type_identity<float>{});
    case DType::f16:
      return f(std::type_identity<Eigen::half>{});
    case DType::bf16:
      return f(std::type_identity<Eigen::bfloat16>{});
    case DType::i64:
      return f(std::type_identity<std::int64_t>{});
    case DType::i32:
      return f(std::type_identity<std::int32_t>{});
    case DType::i16:
      return f(std::type_identity<std::int16_t>{});
    case DType::i8:
      return f(std::type_identity<std::int8_t>{});
    case DType::u64:
      return f(std::type_identity<std::uint64_t>{});
    case DType::u32:
      return f(std::type_identity<std::uint32_t>{});
    case DType::u16:
      return f(std::type_identity<std::uint16_t>{});
    case DType::u8:
      return f(std::type_identity<std::uint8_t>{});
    case DType::boolean:
      return f(std::type_identity<Boolean>{});
  }
  throw std::logic_error("attn::io::visit: not a DType");
}

namespace detail {
template <class T>
struct DTypeOf;
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::f64;
};
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct DTypeOf<Eigen::half> {
  static constexpr DType value = DType::f16;
};
template <>
struct DTypeOf<Eigen::bfloat16> {
  static constexpr DType value = DType::bf16;
};
template <>
struct DTypeOf<std::int64_t> {
  static constexpr DType value = DType::i64;
};
template <>
struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::i32;
};
template <>
struct DTypeOf<std::int16_t> {
  static constexpr DType value = DType::i16;
};
template <>
struct DTypeOf<std::int8_t> {
  static constexpr DType value = DType::i8;
};
template <>
struct DTypeOf<std::uint64_t> {
  static constexpr DType value = DType::u64;
};
template <>
struct DTypeOf<std::uint32_t> {
  static constexpr DType value = DType::u32;
};
template <>
struct DTypeOf<std::uint16_t> {
  static constexpr DType value = DType::u16;
};
template <>
struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::u8;
};
template <>
struct DTypeOf<Boolean> {
  static constexpr DType value = DType::boolean;
};
}  // namespace detail

/// The dtype whose elements are stored as `T`.
template <class T>
inline constexpr DType dtype_of = detail::DTypeOf<T>::value;

/// Bytes of one element.
inline Index size_of(DType dtype) {
  return visit(dtype, [](auto type) { return static_cast<Index>(sizeof(typename decltype(type)::type)); });
}

/// "float32", "bfloat16", "int64", "bool" …, as NumPy and PyTorch say it.
inline std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::f64:
      return "float64";
    case DType::f32:
      return "float32";
    case DType::f16:
      return "float16";
    case DType::bf16:
      return "bfloat16";
    case DType::i64:
      return "int64";
    case DType::i32:
      return "int32";
    case DType::i16:
      return "int16";
    case DType::i8:
      return "int8";
    case DType::u64:
      return "uint64";
    case DType::u32:
      return "uint32";
    case DType::u16:
      return "uint16";
    case DType::u8:
      return "uint8";
    case DType::boolean:
      return "bool";
  }
  throw std::logic_error("attn::io::name_of: not a DType");
}

}  // namespace attn::io
