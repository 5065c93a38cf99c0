// A mask or a bias that is asked about some rows: the first of them is called 0.
#pragma once

#include <attn/kernel/visible.hpp>

/// Of queries `first` and those behind it.
template <class Rule>
struct RowsOf {
  const Rule& rule;
  attn::Index first;

  auto operator()(attn::Index i, attn::Index j) const { return rule(first + i, j); }
  attn::Visible visible(attn::TileRange tile) const requires attn::Mask<Rule> {
    tile.first_row += first;
    return attn::visible(rule, tile);
  }
};
