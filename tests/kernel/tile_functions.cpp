// Every function of the tables, for every instruction set that this machine has, beside a plain loop.
#include <attn/kernel/tile_functions.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
struct Table {
  std::string name;
  attn::TileFunctions<T> of;
};

template <class T>
std::vector<Table<T>> tables() {
  std::vector<Table<T>> all = {{"baseline", attn::detail::baseline::kTileFunctions<T>}};
#if ATTN_CHOOSES_INSTRUCTIONS
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    all.push_back({"avx2", attn::detail::avx2::kTileFunctions<T>});
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
      all.push_back({"avx512", attn::detail::avx512::kTileFunctions<T>});
  }
#endif
  return all;
}

template <class T>
constexpr T kEps = std::numeric_limits<T>::epsilon();
template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();
template <class T>
constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();

template <class T>
std::vector<T> numbers(Index n, unsigned seed) {
  const Matrix<double> values = random(1, n, seed);
  return {values.data(), values.data() + n};
}

}  // namespace

TEST_CASE("tile functions: the table in use is that of the instruction set") {
  const Index lanes = attn::tile_functions<float>().lanes;
  const attn::InstructionSet set = attn::instruction_set();
  CHECK(lanes == (set == attn::InstructionSet::kAvx512 ? 16 : set == attn::InstructionSet::kAvx2 ? 8 : 4));
  CHECK(attn::tile_functions<double>().lanes * 2 == lanes);
}

TEST_CASE("tile functions: a product by eye") {
  for (const auto& [name, f] : tables<double>()) {
    CAPTURE(name);
    // Row r of a is [r 1]; the panel's rows are 0, 1, 2 … and 100s: out(r, c) = r·c + 100.
    std::vector<double> a, panel, out(f.rows * f.lanes);
    for (Index r = 0; r < f.rows; ++r) a.insert(a.end(), {double(r), 1});
    for (Index c = 0; c < f.lanes; ++c) panel.push_back(double(c));
    panel.resize(2 * f.lanes, 100);
    f.product(a.data(), 2, panel.data(), 2, f.rows, f.lanes, false, out.data(), f.lanes);
    CHECK(out[0] == 100);
    CHECK(out[f.lanes + 1] == 101);
    CHECK(out[3 * f.lanes + 1] == 103);
    f.product(a.data(), 2, panel.data(), 2, f.rows, f.lanes, true, out.data(), f.lanes);
    CHECK(out[3 * f.lanes + 1] == 206);
  }
}

TEMPLATE_TEST_CASE("tile functions: product", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (const Index depth : {0, 1, 2, 7, 129})
      for (const Index rows : {f.rows, 3 * f.rows})
        for (Index columns = f.lanes; columns <= f.panel; columns += f.lanes)
          for (const bool add : {false, true}) {
            CAPTURE(name, depth, rows, columns, add);
            const Index a_stride = depth + 3, out_stride = columns + 5;
            const std::vector<T> a = numbers<T>(rows * a_stride, 1), panel = numbers<T>(depth * columns + 1, 2);
            const std::vector<T> before = numbers<T>(rows * out_stride, 3);
            std::vector<T> out = before;
            f.product(a.data(), a_stride, panel.data(), depth, rows, columns, add, out.data(), out_stride);
            double worst = 0;
            for (Index r = 0; r < rows; ++r)
              for (Index c = 0; c < out_stride; ++c) {
                const std::size_t at = r * out_stride + c;
                if (c >= columns) {
                  worst = out[at] == before[at] ? worst : 1e9;  // not its memory
                  continue;
                }
                double sum = add ? before[at] : 0, size = std::abs(sum);
                for (Index k = 0; k < depth; ++k) {
                  const double product = double(a[r * a_stride + k]) * double(panel[k * columns + c]);
                  sum += product;
                  size += std::abs(product);
                }
                // Each of `depth` sums and products may round by half an eps of what it has come to.
                const double bound = double(depth + 1) * double(kEps<T>) * size;
                worst = std::max(worst, bound == 0 ? std::abs(out[at] - sum) * 1e9 : std::abs(out[at] - sum) / bound);
              }
            CHECK(worst <= 1);
          }
}

TEMPLATE_TEST_CASE("tile functions: max", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>()) {
    CAPTURE(name);
    CHECK(f.max(nullptr, 0) == -kInfinity<T>);
    for (Index n = 1; n <= 9 * f.lanes; ++n) {
      std::vector<T> x(n, T(-3));
      for (Index i = 0; i < n; ++i) {
        x[i] = T(-2);
        if (f.max(x.data(), n) != T(-2)) FAIL_CHECK("the largest of " << n << " at " << i);
        x[i] = T(-3);
      }
      CHECK(f.max(std::vector<T>(n, -kInfinity<T>).data(), n) == -kInfinity<T>);
    }
  }
}

TEMPLATE_TEST_CASE("tile functions: exp within 3 units in the last place over its whole range", "", float, double) {
  using T = TestType;
  // What float or double is closest to 2^-126 or 2^-1022 from above; below it weights have fewer digits.
  const double lowest = std::log(std::numeric_limits<T>::min());
  constexpr Index kPoints = 1 << 18;
  std::vector<T> points(kPoints);
  for (Index i = 0; i < kPoints / 2; ++i) points[i] = static_cast<T>(lowest * double(i) / double(kPoints / 2 - 1));
  for (Index i = kPoints / 2; i < kPoints; ++i)  // dense near 0, where most of the weight is
    points[i] = static_cast<T>(-std::exp2(-30.0 + 34.0 * double(i - kPoints / 2) / double(kPoints / 2)));
  std::vector<long double> exact(kPoints);
  for (Index i = 0; i < kPoints; ++i) exact[i] = std::exp(static_cast<long double>(points[i]));
  for (const auto& [name, f] : tables<T>()) {
    std::vector<T> x = points;
    f.exponentiate(x.data(), kPoints, T(0));
    long double most = 0;
    Index where = 0;
    for (Index i = 0; i < kPoints; ++i) {
      const int exponent = std::max(std::ilogb(exact[i]), std::numeric_limits<T>::min_exponent - 1);
      const long double unit = std::ldexp(1.0L, exponent + 1 - std::numeric_limits<T>::digits);
      const long double error = std::abs(static_cast<long double>(x[i]) - exact[i]) / unit;
      if (error > most) {
        most = error;
        where = i;
      }
    }
    CAPTURE(name, points[where], x[where]);
    CHECK(double(most) <= 3);
  }
}

TEMPLATE_TEST_CASE("tile functions: exp is exact where it can be seen", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>()) {
    CAPTURE(name);
    const T below = T(std::log(std::numeric_limits<T>::min())) - T(0.5);
    std::vector<T> x = {T(5),    -kInfinity<T>, T(5) + below, -std::numeric_limits<T>::max(),
                        T(-1e4), T(4),          T(-1000),     T(5)};
    x.resize(16, -kInfinity<T>);
    const attn::ExpSums<T> sums = f.exponentiate(x.data(), 16, T(5));
    CHECK(x[0] == 1);
    CHECK(x[7] == 1);
    CHECK(x[5] == Approx(std::exp(-1.0)).epsilon(3 * kEps<T>));
    for (const int zero : {1, 2, 3, 4, 6, 8, 15}) {
      CAPTURE(zero);
      CHECK(x[zero] == 0);
      CHECK_FALSE(std::signbit(x[zero]));
    }
    CHECK(sums.weights == Approx(2 + std::exp(-1.0)).epsilon(4 * kEps<T>));
    CHECK(sums.scores == Approx(-std::exp(-1.0)).epsilon(4 * kEps<T>));
  }
}

TEMPLATE_TEST_CASE("tile functions: NaN and a shift by infinity stay NaN", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (Index n = f.lanes; n <= 9 * f.lanes; n += f.lanes)
      for (Index i = 0; i < n; ++i) {
        CAPTURE(name, n, i);
        std::vector<T> x(n, T(-1));
        x[i] = kNaN<T>;
        if (!std::isnan(f.exponentiate(x.data(), n, T(0)).weights) || !std::isnan(x[i])) FAIL_CHECK("NaN was lost");
        if (std::isnan(x[(i + 1) % n]) && n > 1) FAIL_CHECK("NaN spread");
        x.assign(n, T(-1));
        x[i] = kInfinity<T>;
        if (!std::isnan(f.exponentiate(x.data(), n, kInfinity<T>).weights)) FAIL_CHECK("+inf was lost");
      }
}

TEMPLATE_TEST_CASE("tile functions: the sums of exp", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (Index n = f.lanes; n <= 40 * f.lanes; n += f.lanes) {
      CAPTURE(name, n);
      std::vector<T> s = numbers<T>(n, 7);
      const T shift = *std::max_element(s.begin(), s.end());
      double weights = 0, scores = 0;
      for (const T x : s) weights += std::exp(double(T(x - shift)));
      for (const T x : s) scores += std::exp(double(T(x - shift))) * double(T(x - shift));
      const attn::ExpSums<T> sums = f.exponentiate(s.data(), n, shift);
      const double bound = (3 + double(n)) * double(kEps<T>);
      CHECK(double(sums.weights) == Approx(weights).epsilon(bound));
      CHECK(double(sums.scores) == Approx(scores).epsilon(bound));
    }
}

TEMPLATE_TEST_CASE("tile functions: scale", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (const bool out_of_cache : {false, true})
      for (Index offset = 0; offset < 3; ++offset)
        for (Index n = 0; n <= 5 * f.lanes; ++n) {
          const std::vector<T> x = numbers<T>(n + 1, 4);
          std::vector<T> out(offset + n + 1, T(77));
          f.scale(x.data(), n, T(-3), out_of_cache, out.data() + offset);
          bool good = out[offset + n] == 77 && (offset == 0 || out[offset - 1] == 77);
          for (Index i = 0; i < n; ++i) good = good && out[offset + i] == T(-3) * x[i];
          CAPTURE(name, out_of_cache, offset, n);
          if (!good) FAIL_CHECK("scale");
          std::vector<T> in_place = x;
          f.scale(in_place.data(), n, T(2), false, in_place.data());
          for (Index i = 0; i < n; ++i) good = good && in_place[i] == T(2) * x[i];
          if (!good || in_place[n] != x[n]) FAIL_CHECK("scale in place");
        }
}

TEMPLATE_TEST_CASE("tile functions: transpose", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (Index rows = 0; rows <= 34; ++rows)
      for (Index columns = 0; columns <= 34; ++columns) {
        const Index x_stride = columns + 2, out_stride = rows + 3;
        const std::vector<T> x = numbers<T>(rows * x_stride + 1, 5);
        std::vector<T> out(columns * out_stride + 1, T(77));
        f.transpose(x.data(), x_stride, rows, columns, T(-3), out.data(), out_stride);
        bool good = true;
        for (Index c = 0; c < columns; ++c)
          for (Index r = 0; r < out_stride; ++r)
            good = good && out[c * out_stride + r] == (r < rows ? T(-3) * x[r * x_stride + c] : T(77));
        CAPTURE(name, rows, columns);
        if (!good) FAIL_CHECK("transpose");
      }
}

TEMPLATE_TEST_CASE("tile functions: dot", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>()) {
    CAPTURE(name);
    CHECK(f.dot(nullptr, nullptr, 0) == 0);
    for (Index n = 1; n <= 9 * f.lanes; ++n) {
      const std::vector<T> x = numbers<T>(n, 1), y = numbers<T>(n, 2);
      double sum = 0, size = 0;
      for (Index i = 0; i < n; ++i) {
        sum += double(x[i]) * double(y[i]);
        size += std::abs(double(x[i]) * double(y[i]));
      }
      CAPTURE(n);
      CHECK(std::abs(double(f.dot(x.data(), y.data(), n)) - sum) <= double(n) * double(kEps<T>) * size);
      // By eye: ones and 0, 1, 2 … are exact.
      std::vector<T> ones(n, T(1)), ramp(n);
      for (Index i = 0; i < n; ++i) ramp[i] = T(i);
      CHECK(f.dot(ones.data(), ramp.data(), n) == T(n * (n - 1) / 2));
    }
  }
}

TEMPLATE_TEST_CASE("tile functions: pool", "", float, double) {
  using T = TestType;
  for (const auto& [name, f] : tables<T>())
    for (Index cells = 0; cells <= 9; ++cells)
      for (Index longest = 1; longest <= 70; longest += 23) {
        std::vector<Index> edges = {2};
        for (Index c = 0; c < cells; ++c) edges.push_back(edges.back() + 1 + scattered(c, cells, longest));
        std::vector<T> x(edges.back() + 1), sums(cells + 1, T(5)), maxima(cells + 1, T(0.5));
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(scattered(Index(i), 1, 16)) / T(16);  // sums are exact
        f.pool(x.data(), edges.data(), cells, sums.data(), maxima.data());
        bool good = sums[cells] == 5 && maxima[cells] == T(0.5);
        for (Index c = 0; c < cells; ++c) {
          T sum = 5, most = T(0.5);
          for (Index i = edges[c]; i < edges[c + 1]; ++i) {
            sum += x[i];
            most = std::max(most, x[i]);
          }
          good = good && sums[c] == sum && maxima[c] == most;
        }
        CAPTURE(name, cells, longest);
        if (!good) FAIL_CHECK("pool");
      }
}
