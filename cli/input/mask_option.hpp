// --mask causal | window:N | FILE, any of them together: the mask that a command line can describe.
#pragma once

#include <attn/core/mask.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Models attn::Mask. A key must be let through by every part that is set.
struct MaskOption {
  bool causal = false;
  std::optional<attn::Index> window;
  std::vector<attn::Matrix<bool>> files;  // each [Nq x Nk], or [1 x Nk] for all queries alike

  bool operator()(attn::Index i, attn::Index j) const {
    if (causal && j > i) return false;
    if (window && !attn::SlidingWindowMask{*window}(i, j)) return false;
    for (const auto& file : files)
      if (!file(file.rows() == 1 ? 0 : i, j)) return false;
    return true;
  }

  bool any() const { return causal || window || !files.empty(); }
};

/// Parses what the user gave; files are read. Throws UsageError, ShapeError, and what reading a file throws.
MaskOption parse_mask(const std::vector<std::string>& specs, attn::Index Nq, attn::Index Nk);
