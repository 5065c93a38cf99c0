// What a mask lets through of a rectangle of scores: tiles that are hidden as a whole are never computed, and those
// that are seen as a whole needn't be asked key by key.
//
// A mask of yours takes part with a member  visible(TileRange) -> Visible.  Without one, every tile is asked key by
// key.
//
// Oracle: the mask itself, core/mask.hpp.
#pragma once

#include <attn/core/mask.hpp>

namespace attn {

/// Queries first_row … first_row + rows − 1 and keys first_key … first_key + keys − 1; neither is empty.
struct TileRange {
  Index first_row, rows;
  Index first_key, keys;

  Index last_row() const { return first_row + rows - 1; }
  Index last_key() const { return first_key + keys - 1; }
};

enum class Visible { kNothing, kSome, kAll };

/// Whether all or none of a tile is seen, where that is known; of a mask in general it isn't. (Other masks may have a
/// member of this name that is something else, such as their matrix.)
template <Mask M>
Visible visible(const M& mask, const TileRange& tile) {
  if constexpr (requires {
                  { mask.visible(tile) } -> std::same_as<Visible>;
                })
    return mask.visible(tile);
  else
    return Visible::kSome;
}

inline Visible visible(const NoMask&, const TileRange&) { return Visible::kAll; }

namespace detail {
/// Of rows that see keys from `row + from` to `row + to`.
inline Visible visible_of_band(Index from, Index to, const TileRange& tile) {
  if (tile.first_key > tile.last_row() + to || tile.last_key() < tile.first_row + from) return Visible::kNothing;
  const bool all = tile.last_key() <= tile.first_row + to && tile.first_key >= tile.last_row() + from;
  return all ? Visible::kAll : Visible::kSome;
}
}  // namespace detail

inline Visible visible(const CausalMask& mask, const TileRange& tile) {
  if (tile.first_key > tile.last_row() + mask.offset) return Visible::kNothing;
  return tile.last_key() <= tile.first_row + mask.offset ? Visible::kAll : Visible::kSome;
}

inline Visible visible(const SlidingWindowMask& mask, const TileRange& tile) {
  return detail::visible_of_band(mask.offset - mask.window + 1, mask.offset, tile);
}

inline Visible visible(const BandMask& mask, const TileRange& tile) {
  return detail::visible_of_band(mask.offset - mask.width, mask.offset + mask.width, tile);
}

inline Visible visible(const PrefixMask& mask, const TileRange& tile) {
  if (tile.last_key() < mask.prefix) return Visible::kAll;
  const Visible causal = visible(CausalMask{mask.offset}, tile);
  return causal == Visible::kNothing && tile.first_key < mask.prefix ? Visible::kSome : causal;
}

inline Visible visible(const PaddingMask& mask, const TileRange& tile) {
  bool any = false, all = true;
  for (Index j = tile.first_key; j <= tile.last_key(); ++j) {
    any = any || mask(0, j);
    all = all && mask(0, j);
  }
  return all ? Visible::kAll : any ? Visible::kSome : Visible::kNothing;
}

template <Mask A, Mask B>
Visible visible(const BothMasks<A, B>& mask, const TileRange& tile) {
  return std::min(visible(mask.a, tile), visible(mask.b, tile));
}

}  // namespace attn
