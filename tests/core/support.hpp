// What the tests of core and kernel share: committed numbers, nearness, repeatable random matrices, messages of errors,
// and gradients by central differences.
#pragma once

#include <attn/base/matrix.hpp>

#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

using attn::Index;
using attn::Matrix;
using attn::RowVector;

/// A matrix of tests/data/golden/core.txt, which make_golden.py beside it writes.
inline Matrix<double> golden(const std::string& name) {
  std::ifstream file(ATTN_TEST_DATA "/golden/core.txt");
  std::string entry;
  Index rows = 0, cols = 0;
  while (file >> entry >> rows >> cols) {
    Matrix<double> values(rows, cols);
    for (double& value : values.reshaped<Eigen::RowMajor>()) file >> value;
    if (file && entry == name) return values;
  }
  throw std::runtime_error("core.txt has no " + name);
}

/// The largest absolute difference; infinite where shapes differ or a number isn't finite.
inline double distance(const Matrix<double>& a, const Matrix<double>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols() || !(a - b).allFinite())
    return std::numeric_limits<double>::infinity();
  return a.size() == 0 ? 0.0 : (a - b).cwiseAbs().maxCoeff();
}

/// Normally distributed numbers, the same ones for the same seed.
inline Matrix<double> random(Index rows, Index cols, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  Matrix<double> values(rows, cols);
  for (double& value : values.reshaped<Eigen::RowMajor>()) value = normal(bits);
  return values;
}

/// The message of the E that `action` throws; "" if it throws nothing.
template <class E, class Action>
std::string message(const Action& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

/// The gradient of a number by central differences: [the shape of x].
inline Matrix<double> differences(const std::function<double(const Matrix<double>&)>& f, Matrix<double> x) {
  constexpr double step = 1e-5;  // error step²·f''' and eps/step: about 1e-10
  Matrix<double> gradient(x.rows(), x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.cols(); ++j) {
      const double here = x(i, j);
      x(i, j) = here + step;
      const double above = f(x);
      x(i, j) = here - step;
      gradient(i, j) = (above - f(x)) / (2 * step);
      x(i, j) = here;
    }
  }
  return gradient;
}

/// Σ a ∘ b: a number that depends on all of a, whose gradient is b.
inline double dot(const Matrix<double>& a, const Matrix<double>& b) { return a.cwiseProduct(b).sum(); }
