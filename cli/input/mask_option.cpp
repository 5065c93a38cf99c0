#include "input/mask_option.hpp"

#include "arrays.hpp"

#include <charconv>

#include <unistd.h>

using attn::Index;

namespace {

constexpr std::string_view kWindow = "window:";

Index parse_window(const std::string& spec) {
  Index window = 0;
  const char* end = spec.data() + spec.size();
  const auto [stop, error] = std::from_chars(spec.data() + kWindow.size(), end, window);
  if (error != std::errc() || stop != end || window < 1)
    throw attn::UsageError("--mask: \"" + spec + "\" has no valid width; expected window:N with N ≥ 1");
  return window;
}

/// A word that is neither a mask nor a file would otherwise be a file that can't be opened.
void check_mask_word(const std::string& spec) {
  if (spec == "-" || spec.find_first_of("./") != std::string::npos || ::access(spec.c_str(), F_OK) == 0) return;
  throw attn::UsageError(
      "--mask: \"" + spec + "\" is neither causal, window:N nor a file" +
      (spec.find(',') != std::string::npos ? "; several masks hide together: give --mask for each" : ""));
}

/// A matrix [Nq x Nk], or a row of Nk for all queries, of zeros and ones; leading axes of size 1 are dropped.
attn::Matrix<bool> read_mask(const std::string& spec, Index Nq, Index Nk) {
  check_mask_word(spec);
  const auto array = read_array(spec);
  const auto tensor = attn::io::to_tensor<float>(array);
  const bool fits = tensor.matrices() == 1 && tensor.cols() == Nk && (tensor.rows() == Nq || tensor.rows() == 1);
  const std::string where = shown_name(spec);
  attn::check_shape(fits, where, "the mask", tensor.shape(),
                    attn::to_string(attn::Shape{Nq, Nk}) + " (a row for each query) or [" + std::to_string(Nk) +
                        "] (the same for all)");
  const auto mask = tensor.matrix();
  for (Index i = 0; i < mask.rows(); ++i)
    for (Index j = 0; j < mask.cols(); ++j)
      if (mask(i, j) != 0 && mask(i, j) != 1)
        throw attn::UsageError(where + ": the mask has " + std::to_string(mask(i, j)) + " at row " + std::to_string(i) +
                               ", column " + std::to_string(j) + ", expected 1 (visible) or 0 (hidden)" +
                               (mask(i, j) < 0 ? "; a mask that is added to scores becomes one with mask == 0" : ""));
  return mask.cast<bool>();
}

}  // namespace

MaskOption parse_mask(const std::vector<std::string>& specs, Index Nq, Index Nk) {
  MaskOption mask;
  for (const std::string& spec : specs) {
    if (spec == "causal")
      mask.causal = true;
    else if (spec.starts_with(kWindow))
      mask.window = std::min(parse_window(spec), mask.window.value_or(parse_window(spec)));
    else
      mask.files.push_back(read_mask(spec, Nq, Nk));
  }
  return mask;
}
