// What another program saved of a model's run: a folder of .npy arrays, named as Hugging Face transformers calls them.
//
//     read    input_ids [B x T]   attention_mask, token_type_ids [B x T]   pixel_values [B x C x H x W]
//             decoder_input_ids, decoder_attention_mask [B x U]
//     found   hidden_states, attentions, logits, grad_attentions …: verify.hpp has all of them
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/io/npy.hpp>
#include <attn/model/transformer.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace attn::model {

class SavedRun {
 public:
  /// Throws FileError where there is no such folder, UsageError where it has neither input_ids.npy nor
  /// pixel_values.npy.
  explicit SavedRun(const std::string& folder) : folder_(folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      if (entry.path().extension() == ".npy") names_.push_back(entry.path().stem().string());
    if (error) throw FileError(folder + ": " + error.message() + ", expected a folder of .npy files");
    std::sort(names_.begin(), names_.end());
    if (!has("input_ids") && !has("pixel_values"))
      throw UsageError(folder + ": has neither input_ids.npy nor pixel_values.npy, expected what the model read");
  }

  /// All arrays, sorted.
  const std::vector<std::string>& names() const { return names_; }
  bool has(const std::string& name) const { return std::binary_search(names_.begin(), names_.end(), name); }

  /// An array, in double. Throws what io::read_npy() throws.
  const Tensor<double>& get(const std::string& name) const {
    const auto found = read_.find(name);
    if (found != read_.end()) return found->second;
    const io::MappedFile file(file_of(name));
    return read_.emplace(name, io::to_tensor<double>(io::read_npy(file.bytes()))).first->second;
  }

  std::string file_of(const std::string& name) const {
    return (std::filesystem::path(folder_) / (name + ".npy")).string();
  }

  /// B: texts or images of the batch.
  Index batch() const {
    const std::string name = has("input_ids") ? "input_ids" : "pixel_values";
    const Shape& shape = get(name).shape();
    check_shape(!shape.empty(), name, file_of(name), shape, has("input_ids") ? "[B x T]" : "[B x C x H x W]");
    return shape[0];
  }

  /// What the model read, an entry of the batch. Throws ShapeError where arrays don't fit each other, FormatError for
  /// ids that aren't whole numbers.
  template <class T>
  Input<T> input(Index b) const {
    Input<T> input;
    if (has("pixel_values")) {
      const Tensor<double>& pixels = get("pixel_values");
      check_shape(pixels.rank() == 4, "pixel_values", file_of("pixel_values"), pixels.shape(), "[B x C x H x W]");
      input.image = Tensor<T>({pixels.shape()[1], pixels.shape()[2], pixels.shape()[3]});
      std::transform(pixels.data() + b * input.image.size(), pixels.data() + (b + 1) * input.image.size(),
                     input.image.data(), [](double x) { return static_cast<T>(x); });
      return input;
    }
    input.ids = numbers("input_ids", b);
    const auto size = static_cast<Index>(input.ids.size());
    input.mask = mask("attention_mask", b, size);
    if (has("token_type_ids")) input.segments = numbers("token_type_ids", b, size);
    if (has("decoder_input_ids")) {
      input.decoder_ids = numbers("decoder_input_ids", b);
      input.decoder_mask = mask("decoder_attention_mask", b, static_cast<Index>(input.decoder_ids.size()));
    }
    return input;
  }

  /// The b-th row of whole numbers, of `size` if that is given.
  std::vector<Index> numbers(const std::string& name, Index b, std::optional<Index> size = {}) const {
    const Tensor<double>& all = get(name);
    check_shape(all.rank() == 2 && all.shape()[0] == batch() && (!size || all.cols() == *size), name, file_of(name),
                all.shape(), "[" + std::to_string(batch()) + " x " + (size ? std::to_string(*size) : "N") + "]");
    std::vector<Index> row;
    for (Index n = 0; n < all.cols(); ++n) {
      const double x = all.matrix()(b, n);
      if (!(std::abs(x) < 1e15) || x != std::floor(x))
        throw FormatError(file_of(name) + ": has " + std::to_string(x) + ", expected whole numbers");
      row.push_back(static_cast<Index>(x));
    }
    return row;
  }

 private:
  std::vector<bool> mask(const std::string& name, Index b, Index size) const {
    if (!has(name)) return {};
    const std::vector<Index> row = numbers(name, b, size);
    return {row.begin(), row.end()};
  }

  std::string folder_;
  std::vector<std::string> names_;
  mutable std::map<std::string, Tensor<double>> read_;
};

}  // namespace attn::model
