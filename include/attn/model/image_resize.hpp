// Pictures of another size, byte for byte as Pillow's Image.resize makes them.
//
//     out_p = round( Σ_x w(p, x) in_x )
//     w(p, x) = f((x − c_p) / s) / Σ_x' f((x' − c_p) / s),   c_p = (p + ½)·scale − ½
//
// s is the scale where a picture shrinks, else 1: every pixel counts. Rows first, then columns, each rounded to bytes;
// weights are whole numbers of 2^-22. The filters f are Pillow's by its numbers.
#pragma once

#include <attn/model/image_decode.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace attn::model {

/// By the numbers that Pillow and preprocessor_config.json use.
enum class Resample { nearest = 0, lanczos = 1, bilinear = 2, bicubic = 3, box = 4, hamming = 5 };

inline const char* name_of(Resample resample) {
  constexpr const char* names[] = {"nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"};
  return names[static_cast<int>(resample)];
}

namespace detail {

/// How far a filter reaches to either side.
inline double filter_reach(Resample resample) {
  constexpr double reach[] = {0, 3, 1, 2, 0.5, 1};
  return reach[static_cast<int>(resample)];
}

inline double filter_at(Resample resample, double x) {
  const auto sinc = [](double u) { return u == 0 ? 1.0 : std::sin(u * std::numbers::pi) / (u * std::numbers::pi); };
  const double far = std::abs(x);
  switch (resample) {
    case Resample::box:
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    case Resample::bilinear:
      return far < 1 ? 1 - far : 0;
    case Resample::hamming:
      if (far == 0) return 1;
      if (far >= 1) return 0;
      return std::sin(far * std::numbers::pi) / (far * std::numbers::pi) *
             (0.54F + 0.46F * std::cos(far * std::numbers::pi));  // a float's 0.54 and 0.46, as Pillow has them
    case Resample::bicubic: {
      constexpr double a = -0.5;
      if (far < 1) return ((a + 2) * far - (a + 3)) * far * far + 1;
      if (far < 2) return (((far - 5) * far + 8) * far - 4) * a;
      return 0;
    }
    case Resample::lanczos:
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    case Resample::nearest:
      break;
  }
  return 0;
}

/// What an element of the result is made of: elements from `first` on, with these weights times 2^22.
struct Taps {
  Index first;
  std::vector<int> weights;
};

constexpr int kResizeBits = 22;

/// For each of `to` elements, of `from` ones.
inline std::vector<Taps> taps_of(Index from, Index to, Resample resample) {
  std::vector<Taps> all;
  const double scale = static_cast<double>(from) / static_cast<double>(to), stretch = std::max(scale, 1.0);
  const double reach = filter_reach(resample) * stretch, per_step = 1 / stretch;
  for (Index p = 0; p < to; ++p) {
    const double center = (static_cast<double>(p) + 0.5) * scale;
    const Index first = std::max<Index>(0, static_cast<Index>(center - reach + 0.5));
    const Index end = std::min(from, static_cast<Index>(center + reach + 0.5));
    std::vector<double> weights;
    double sum = 0;
    for (Index x = first; x < end; ++x) {
      weights.push_back(filter_at(resample, (static_cast<double>(x) - center + 0.5) * per_step));
      sum += weights.back();
    }
    Taps& taps = all.emplace_back(Taps{first, {}});
    for (double weight : weights) {
      if (sum != 0) weight /= sum;
      weight *= 1 << kResizeBits;
      taps.weights.push_back(static_cast<int>(weight < 0 ? weight - 0.5 : weight + 0.5));
    }
  }
  return all;
}

/// Where nearest takes each of `to` elements from.
inline std::vector<Index> nearest_of(Index from, Index to) {
  std::vector<Index> all;
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  double at = scale * 0.5;
  for (Index p = 0; p < to; ++p, at += scale) all.push_back(std::min(from - 1, static_cast<Index>(at)));
  return all;
}

/// The picture with another width or, `down`, another height.
inline Picture filtered(const Picture& picture, const std::vector<Taps>& taps, bool down) {
  const auto to = static_cast<Index>(taps.size());
  Picture result(down ? to : picture.height, down ? picture.width : to, picture.channels);
  const Index step = (down ? picture.width : 1) * picture.channels;  // from a pixel to the next that is mixed with it
  for (Index y = 0; y < result.height; ++y)
    for (Index x = 0; x < result.width; ++x) {
      const Taps& mixed = taps[static_cast<std::size_t>(down ? y : x)];
      const std::uint8_t* from = down ? picture.pixel(mixed.first, x) : picture.pixel(y, mixed.first);
      for (Index c = 0; c < picture.channels; ++c) {
        int sum = 1 << (kResizeBits - 1);
        for (std::size_t n = 0; n < mixed.weights.size(); ++n)
          sum += mixed.weights[n] * from[static_cast<Index>(n) * step + c];
        result.pixel(y, x)[c] = static_cast<std::uint8_t>(std::clamp(sum >> kResizeBits, 0, 255));
      }
    }
  return result;
}

}  // namespace detail

/// The picture with `height` x `width` pixels. Throws UsageError for sizes that aren't 1 to 2^16.
inline Picture resize(const Picture& picture, Index height, Index width, Resample resample) {
  constexpr Index kMost = Index{1} << 16;
  if (height < 1 || width < 1 || height > kMost || width > kMost || height * width > (Index{1} << 27))
    throw UsageError("image: its new size is " + std::to_string(height) + " x " + std::to_string(width) +
                     " pixels, expected 1 to 2^16 a side and 2^27 in all");
  if (height == picture.height && width == picture.width) return picture;
  if (resample == Resample::nearest) {
    const std::vector<Index> rows = detail::nearest_of(picture.height, height),
                             columns = detail::nearest_of(picture.width, width);
    Picture result(height, width, picture.channels);
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        std::copy_n(picture.pixel(rows[static_cast<std::size_t>(y)], columns[static_cast<std::size_t>(x)]),
                    picture.channels, result.pixel(y, x));
    return result;
  }
  Picture result = picture;
  if (width != picture.width) result = detail::filtered(result, detail::taps_of(picture.width, width, resample), false);
  if (height != picture.height)
    result = detail::filtered(result, detail::taps_of(picture.height, height, resample), true);
  return result;
}

}  // namespace attn::model
