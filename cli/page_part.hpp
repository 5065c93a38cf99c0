// One attention of an HTML page: where its maps come from, which are chosen, and what the page carries of them.
#pragma once

#include "input/input_options.hpp"
#include "input/map_selection.hpp"

#include <algorithm>
#include <string>

struct PagePart {
  std::string name;  // "encoder" …; empty where there is one only
  AnySource source;
  MapSelection selection;
  attn::Index rows, columns;  // of each map; fewer than it has queries and keys: cells
  bool neurons = false;       // whether queries, keys and scores come along

  attn::Index Nq() const { return selection.rows.size(); }
  attn::Index Nk() const { return selection.columns.size(); }
  bool pooled() const { return rows < Nq() || columns < Nk(); }

  /// Every chosen layer has the same chosen heads, or these put together in one.
  attn::Index maps() const { return static_cast<attn::Index>(selection.maps.size()); }
  attn::Index heads() const {
    const attn::Index first = selection.maps.front().layer;
    return std::count_if(selection.maps.begin(), selection.maps.end(),
                         [&](const ChosenMap& map) { return map.layer == first; });
  }
  attn::Index layers() const { return maps() / heads(); }
};
