// INPUT 3: attention that another program computed: drawn or converted as it is, and looked over for faults.
#pragma once

#include "input/attention_source.hpp"

#include <attn/io/array.hpp>

#include <memory>

/// Weights [layers, batch, heads, Nq, Nk] without any of the leading axes; with four axes the first is the batch, or
/// the layers when `four_axes_begin_with_layers`. NaN, infinities, negative values and rows that don't sum to 1 make a
/// warning(), not an error: what a model really did must be seen. Throws ShapeError.
template <class T>
std::unique_ptr<AttentionSource<T>> open_dumped(const std::string& file, const attn::io::Array& weights,
                                                bool four_axes_begin_with_layers);
