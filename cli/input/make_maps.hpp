// The chosen maps, made in parts: none is held as a whole unless a product does so.
#pragma once

#include "input/map_selection.hpp"
#include "input/product.hpp"

#include <functional>
#include <vector>

/// What is to be made of the n-th chosen map. Products live until the next call, at least.
template <class T>
using ProductsOf = std::function<std::vector<Product<T>*>(std::size_t n)>;

/// Makes the maps in their order, each once, and hands their weights to its products. With `with_output` it returns the
/// output of all heads, chosen or not, for which finish_output() is asked: else nothing. Throws UsageError where there
/// is no output to be had, NumericError.
template <class T>
attn::Tensor<T> make_maps(AttentionSource<T>& source, const MapSelection& selection, const ProductsOf<T>& products_of,
                          bool with_output);
