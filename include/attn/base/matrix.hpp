// The matrix of this library: dense, row-major, one token a row.
//
// Functions take any Eigen expression (either storage order, Map, Block, transpose, fixed size) and return Matrix<T>.
#pragma once

#include <Eigen/Core>

#include <type_traits>

namespace attn {

using Index = Eigen::Index;

/// Dense and row-major, so that a token's vector, a row, is contiguous.
template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
using RowVector = Eigen::Matrix<T, 1, Eigen::Dynamic>;

template <class T>
using ColumnVector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

/// Reads a matrix of scalar T in its place where it is row-major, and a copy of any other expression.
template <class T>
using ConstView = Eigen::Ref<const Matrix<T>, 0, Eigen::OuterStride<>>;

/// A row-major matrix that lies somewhere, its rows maybe further apart than they are long; read, or written. Other
/// than ConstView it never copies, and can be copied itself.
template <class T>
using StridedView = Eigen::Map<const Matrix<T>, 0, Eigen::OuterStride<>>;
template <class T>
using StridedMap = Eigen::Map<Matrix<T>, 0, Eigen::OuterStride<>>;

/// The scalar in which input of scalar `T` is computed: half and bfloat16 are storage formats and compute in float.
template <class T>
struct ComputeScalarOf {
  using type = T;
};
template <>
struct ComputeScalarOf<Eigen::half> {
  using type = float;
};
template <>
struct ComputeScalarOf<Eigen::bfloat16> {
  using type = float;
};

/// The compute scalar shared by some Eigen expressions. They must agree: mixing float and double is a mistake in the
/// caller, so it doesn't compile. Nor do integers: they would cut all weights between 0 and 1 to 0.
template <class First, class... Rest>
struct CommonComputeScalar {
  using type = typename ComputeScalarOf<typename First::Scalar>::type;
  static_assert((std::is_same_v<type, typename ComputeScalarOf<typename Rest::Scalar>::type> && ...),
                "attn: the matrices of one call must have the same scalar; cast one of them, e.g. q.cast<double>()");
  static_assert(!Eigen::NumTraits<type>::IsInteger,
                "attn: attention can't be computed in integers; cast the matrix, e.g. q.cast<float>()");
};
template <class... Matrices>
using ComputeScalar = typename CommonComputeScalar<Matrices...>::type;

/// A scalar that computes in itself, unlike half.
template <class T>
concept Computing = std::is_same_v<T, ComputeScalar<Matrix<T>>>;

}  // namespace attn
