// --mask causal | window:N | FILE, any of them together: the mask that a command line can describe.
#pragma once

#include <attn/kernel/visible.hpp>

#include <algorithm>
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

  /// Tiles that are hidden or seen as a whole; a mask [Nq x Nk] from a file is asked key by key.
  attn::Visible visible(const attn::TileRange& tile) const {
    attn::Visible all = attn::Visible::kAll;
    if (causal) all = std::min(all, attn::visible(attn::CausalMask{}, tile));
    if (window) all = std::min(all, attn::visible(attn::SlidingWindowMask{*window}, tile));
    for (const auto& file : files) {
      if (all == attn::Visible::kNothing) break;
      all = std::min(all, visible_of(file, tile));
    }
    return all;
  }

  bool any() const { return causal || window || !files.empty(); }

 private:
  static attn::Visible visible_of(const attn::Matrix<bool>& file, const attn::TileRange& tile) {
    if (file.rows() > 1) return attn::Visible::kSome;
    const auto keys = file.row(0).segment(tile.first_key, tile.keys);
    return keys.all() ? attn::Visible::kAll : keys.any() ? attn::Visible::kSome : attn::Visible::kNothing;
  }
};

/// Parses what the user gave; files are read. Throws UsageError, ShapeError, and what reading a file throws.
MaskOption parse_mask(const std::vector<std::string>& specs, attn::Index Nq, attn::Index Nk);
