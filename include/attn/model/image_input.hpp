// A picture as the numbers that a model of images reads, as its checkpoint's preprocessor_config.json says.
//
//     x = (f · byte − mean) / std,  f = 1/255     after resizing and cutting out the middle
//
// What the file leaves out, or all where there is none, is as transformers' ViTImageProcessor has it.
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/model/config.hpp>
#include <attn/model/image_resize.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace attn::model {

struct PictureSize {
  Index height, width;
};

/// What is done to a picture before a model reads it.
struct ImageRules {
  Index channels = 3;
  bool resizes = true;
  PictureSize size{224, 224};
  Index shortest_edge = 0;  // instead of `size`, where more than 0: both sides change alike
  Resample resample = Resample::bilinear;
  std::optional<PictureSize> crop = {};  // its middle
  bool rescales = true, normalizes = true;
  double factor = 1.0 / 255;
  std::vector<double> mean = {0.5, 0.5, 0.5}, std = {0.5, 0.5, 0.5};  // [C]

  /// The size of an [H x W] picture after resizing.
  PictureSize resized(PictureSize picture) const {
    if (!resizes) return picture;
    if (shortest_edge == 0) return size;
    const auto& [height, width] = picture;
    if (height < width) return {shortest_edge, shortest_edge * width / height};
    return {shortest_edge * height / width, shortest_edge};
  }
};

namespace detail {

/// No larger than what can be made of it.
inline Index side_of(const text::JsonNode& node) {
  constexpr std::int64_t kMost = 1 << 14;
  const std::int64_t value = node.integer();
  node.expect(value >= 1 && value <= kMost, "a size in pixels, 1 to " + std::to_string(kMost));
  return static_cast<Index>(value);
}

/// A number of both sides, or an object of height and width.
inline PictureSize size_of(const text::JsonNode& node) {
  if (node.is_object()) return {side_of(node["height"]), side_of(node["width"])};
  const Index side = side_of(node);
  return {side, side};
}

/// A number for each channel, or one for all.
inline std::vector<double> channel_numbers(const text::JsonNode& root, const char* key, Index channels, bool divisor) {
  const auto node = root.find(key);
  std::vector<double> numbers(static_cast<std::size_t>(channels), 0.5);
  if (!node) return numbers;
  const std::vector<text::JsonNode> given = node->is_array() ? node->items() : std::vector<text::JsonNode>{*node};
  node->expect(given.size() == 1 || given.size() == numbers.size(),
               std::to_string(channels) + " numbers, one for each channel");
  for (std::size_t c = 0; c < numbers.size(); ++c) {
    const text::JsonNode& number = given[given.size() == 1 ? 0 : c];
    number.expect(std::isfinite(number.number()) && (!divisor || number.number() > 0),
                  divisor ? "a number above 0" : "a finite number");
    numbers[c] = number.number();
  }
  return numbers;
}

}  // namespace detail

/// The rules in a preprocessor_config.json, `root`, for a model of this config.json. Throws FormatError for what can't
/// be followed.
inline ImageRules read_image_rules(const text::JsonNode& root, const Config& config) {
  ImageRules rules;
  rules.channels = config.size("num_channels", 3);
  const Index side = config.size("image_size", 224);
  rules.size = {side, side};
  const std::string kind =
      root.string("image_processor_type", root.string("feature_extractor_type", "ViTImageProcessor"));
  const bool deit = kind.starts_with("DeiT"), clip = kind.starts_with("CLIP") || kind.starts_with("Bit");
  rules.resizes = root.boolean("do_resize", true);
  if (const auto size = root.find("size")) {
    if (size->is_object() && size->find("shortest_edge"))
      rules.shortest_edge = detail::side_of((*size)["shortest_edge"]);
    else if (clip && !size->is_object())
      rules.shortest_edge = detail::side_of(*size);
    else
      rules.size = detail::size_of(*size);
  }
  if (const auto resample = root.find("resample")) {
    const std::int64_t code = resample->integer();
    resample->expect(code >= 0 && code <= 5, "a filter of Pillow's, 0 to 5");
    rules.resample = static_cast<Resample>(code);
  }
  if (root.boolean("do_center_crop", deit || clip)) {
    const auto crop = root.find("crop_size");
    rules.crop = crop ? detail::size_of(*crop) : PictureSize{224, 224};
  }
  rules.rescales = root.boolean("do_rescale", true);
  if (const auto factor = root.find("rescale_factor")) {
    factor->expect(std::isfinite(factor->number()), "a finite number");
    rules.factor = factor->number();
  }
  rules.normalizes = root.boolean("do_normalize", true);
  rules.mean = detail::channel_numbers(root, "image_mean", rules.channels, false);
  rules.std = detail::channel_numbers(root, "image_std", rules.channels, true);
  return rules;
}

/// The rules in a checkpoint's folder.
inline ImageRules read_image_rules(const std::string& folder, const Config& config) {
  const std::string path = (std::filesystem::path(folder) / "preprocessor_config.json").string();
  if (!std::filesystem::exists(path)) {
    const nlohmann::json nothing = nlohmann::json::object();
    return read_image_rules(text::JsonNode(nothing, "$"), config);
  }
  const io::MappedFile file(path);
  const Config rules(file.bytes().text(), file.name());
  return read_image_rules(rules.root(), config);
}

/// The middle of a picture; where it is smaller than `size`, black around it.
inline Picture center_crop(const Picture& picture, PictureSize size) {
  Picture result(size.height, size.width, picture.channels);
  const auto first = [](Index from, Index to) { return from >= to ? (from - to) / 2 : -((to - from + 1) / 2); };
  const Index top = first(picture.height, size.height), left = first(picture.width, size.width);
  for (Index y = 0; y < size.height; ++y)
    for (Index x = 0; x < size.width; ++x)
      if (y + top >= 0 && y + top < picture.height && x + left >= 0 && x + left < picture.width)
        std::copy_n(picture.pixel(y + top, x + left), picture.channels, result.pixel(y, x));
  return result;
}

/// What a model reads of a picture: [C x H x W]. Throws UnsupportedError for a model that reads others than 1 or 3
/// channels.
template <class T>
Tensor<T> image_input(const Picture& picture, const ImageRules& rules) {
  Picture seen = with_channels(picture, rules.channels);
  const PictureSize size = rules.resized({seen.height, seen.width});
  seen = resize(seen, size.height, size.width, rules.resample);
  if (rules.crop) seen = center_crop(seen, *rules.crop);
  Tensor<T> image({seen.channels, seen.height, seen.width});
  for (Index c = 0; c < seen.channels; ++c) {
    std::array<T, 256> numbers;  // computed in float, as transformers does
    for (std::size_t byte = 0; byte < numbers.size(); ++byte) {
      const auto at = static_cast<std::size_t>(c);
      float x =
          static_cast<float>(rules.rescales ? static_cast<double>(byte) * rules.factor : static_cast<double>(byte));
      if (rules.normalizes) x = (x - static_cast<float>(rules.mean[at])) / static_cast<float>(rules.std[at]);
      numbers[byte] = static_cast<T>(x);
    }
    T* to = image.data() + c * seen.height * seen.width;
    for (Index n = 0; n < seen.height * seen.width; ++n)
      to[n] = numbers[seen.pixels[static_cast<std::size_t>(n * seen.channels + c)]];
  }
  return image;
}

/// The part of a picture, as large as it was, that a model sees all of: what lies under a map of its patches. Where
/// the model sees more than the picture, what it sees.
inline Picture seen_part(const Picture& picture, const ImageRules& rules) {
  if (!rules.crop) return picture;
  const PictureSize size = rules.resized({picture.height, picture.width});
  if (rules.crop->height > size.height || rules.crop->width > size.width)
    return center_crop(resize(picture, size.height, size.width, rules.resample), *rules.crop);
  const auto part = [](Index whole, Index cut, Index of) { return std::max<Index>(1, (whole * cut + of / 2) / of); };
  return center_crop(picture, {part(picture.height, rules.crop->height, size.height),
                               part(picture.width, rules.crop->width, size.width)});
}

/// What an axis of a map calls the class token and the patches of [rows x columns], in the order of the tokens.
inline std::vector<std::string> patch_labels(Index rows, Index columns) {
  std::vector<std::string> labels{"CLS"};
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c) labels.push_back("r" + std::to_string(r) + " c" + std::to_string(c));
  return labels;
}

}  // namespace attn::model
