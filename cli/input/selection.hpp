// SELECT: which layers, batches, heads, rows and columns, and whether heads are put together.
#pragma once

#include <attn/base/matrix.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

struct SelectOptions {
  std::string layer, head, batch;  // index lists as the user wrote them; empty when not given
  std::string reduce = "none";     // none, mean, max
  std::string rows, cols;          // a:b

  /// Whether an array of four axes begins with the layers, for a user who chooses some, rather than with the batch.
  bool layers_first() const { return !layer.empty() && (batch.empty() || batch == "0"); }
};

/// A half-open interval of indices.
struct Range {
  attn::Index begin, end;
  attn::Index size() const { return end - begin; }
};

/// Places along one axis, in the order in which the user named them, none twice. `single` when he named one and nothing
/// else: the axis is then dropped, as in NumPy.
struct Indices {
  std::vector<attn::Index> values;
  bool single = false;
};

void add_select_options(CLI::App& app, SelectOptions& options);

/// "0,3-5", "all" or "" (all): the places of these names along an axis whose entries are called `names`. Throws
/// UsageError for a name that isn't there or is given twice, naming the option.
Indices parse_indices(const std::string& text, const std::vector<attn::Index>& names, const std::string& option);

/// "a:b" with either end left out, "" for all; negative ends count from the end. Throws UsageError.
Range parse_range(const std::string& text, attn::Index count, const std::string& option);
