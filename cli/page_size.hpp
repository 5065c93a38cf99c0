// How large a page becomes: what fits into it is chosen before the work, and what doesn't is said with what would.
#pragma once

#include "page_part.hpp"

#include <string>
#include <vector>

struct PageLimits {
  std::string output;  // what messages call the page
  std::string cells;   // --size; empty: whole maps, if one fits
  double most;         // bytes
};

/// 16 where the numbers of all maps are few, else 8.
int bits_of(const std::vector<PagePart>& parts);

/// About how many bytes the page will have.
double bytes_of_page(const std::vector<PagePart>& parts);

/// Chooses how many cells the maps become: those that the user asks for, or where not even one whole map fits, as many
/// as do. Throws UsageError for a page that is too large.
void choose_cells(const PageLimits& limits, std::vector<PagePart>& parts);

/// Whether queries, keys and scores come along: where they are `asked` for, and where they are few. The sources are
/// prepared. Throws UsageError where there are none to be had, or too many.
void choose_neurons(const PageLimits& limits, bool asked, std::vector<PagePart>& parts);

/// Throws UsageError: a page of so many bytes is too large, and what would not be.
[[noreturn]] void fail_for_size(const PageLimits& limits, const std::vector<PagePart>& parts, double bytes);
