#include "page_size.hpp"

#include "input/pool_option.hpp"
#include "memory.hpp"

#include <attn/base/error.hpp>

using attn::Index;

namespace {

constexpr double kFewNumbers = 1 << 20;  // so many are carried in 16 bits, and with the neurons that they came of
// Bytes of the page without its numbers, and of a number of 8 and of 16 bits, deflated and in base64: those of weights
// that look random. Real ones take less.
constexpr double kFrame = 170'000, kSmall = 1.0, kLarge = 2.4;

double bytes_of(double numbers) { return kFrame + numbers * (numbers <= kFewNumbers ? kLarge : kSmall); }

double numbers_of(const std::vector<PagePart>& parts) {
  double numbers = 0;
  for (const PagePart& part : parts)
    numbers += static_cast<double>(part.maps()) * static_cast<double>(part.rows) * static_cast<double>(part.columns) *
               (part.pooled() ? 2 : 1);
  return numbers;
}

/// If each map became cells x cells.
double numbers_of_cells(const std::vector<PagePart>& parts, Index cells) {
  double numbers = 0;
  for (const PagePart& part : parts)
    numbers += 2.0 * static_cast<double>(part.maps()) * static_cast<double>(std::min(cells, part.Nq())) *
               static_cast<double>(std::min(cells, part.Nk()));
  return numbers;
}

/// The largest power of two of cells with which the page fits; 0 where not even the smallest does.
Index cells_that_fit(const std::vector<PagePart>& parts, double most) {
  for (Index cells = 8192; cells >= 16; cells /= 2)
    if (bytes_of(numbers_of_cells(parts, cells)) <= most) return cells;
  return 0;
}

/// Queries, keys and scores of all maps; −1 where some part has none.
double numbers_of_neurons(const std::vector<PagePart>& parts) {
  double numbers = 0;
  for (const PagePart& part : parts) {
    const bool possible = std::visit(
        [&](const auto& source) {
          const ChosenMap& map = part.selection.maps.front();
          const MapIndex index{map.layer, map.batch, map.heads.front()};
          if (part.pooled() || part.selection.reduce != "none" || !source->rule(index)) return false;
          const auto dk = static_cast<double>(source->neurons(index, {0, 1}, {0, 1}).q.cols());
          const auto Nq = static_cast<double>(part.Nq()), Nk = static_cast<double>(part.Nk());
          numbers += static_cast<double>(part.maps()) * ((Nq + Nk) * dk + Nq * Nk);
          return true;
        },
        part.source);
    if (!possible) return -1;
  }
  return numbers;
}

}  // namespace

int bits_of(const std::vector<PagePart>& parts) { return numbers_of(parts) <= kFewNumbers ? 16 : 8; }

double bytes_of_page(const std::vector<PagePart>& parts) {
  const bool neurons = parts.front().neurons;
  return bytes_of(numbers_of(parts)) + (neurons ? kLarge * numbers_of_neurons(parts) : 0.0);
}

void choose_cells(const PageLimits& limits, std::vector<PagePart>& parts) {
  const auto pool = [&](const std::string& size) {
    for (PagePart& part : parts) {
      const PoolShape shape = *pool_shape({"", size}, part.Nq(), part.Nk());
      part.rows = shape.rows, part.columns = shape.columns;
    }
  };
  const bool one_fits = std::all_of(parts.begin(), parts.end(), [&](const PagePart& part) {
    return bytes_of(static_cast<double>(part.Nq()) * static_cast<double>(part.Nk())) <= limits.most;
  });
  if (!limits.cells.empty())
    pool(limits.cells);
  else if (const Index cells = one_fits ? 0 : cells_that_fit(parts, limits.most))
    pool(std::to_string(cells));
  if (const double bytes = bytes_of_page(parts); bytes > limits.most) fail_for_size(limits, parts, bytes);
}

void choose_neurons(const PageLimits& limits, bool asked, std::vector<PagePart>& parts) {
  const double numbers = numbers_of_neurons(parts);
  if (numbers < 0 && asked)
    throw attn::UsageError(
        "--view neuron: there are no queries and keys to show; expected a model or Q and K, of tokens and single "
        "heads: no --weights, --words, --reduce or --size");
  if (numbers < 0 || (!asked && numbers > kFewNumbers)) return;
  const double bytes = bytes_of_page(parts) + numbers * kLarge;
  if (bytes > limits.most && asked)
    throw attn::UsageError(limits.output + ": with queries, keys and scores the page has about " + shown_bytes(bytes) +
                           ", --max-size allows " + shown_bytes(limits.most) +
                           "; choose fewer maps with --layer and --head");
  for (PagePart& part : parts) part.neurons = bytes <= limits.most;
}

void fail_for_size(const PageLimits& limits, const std::vector<PagePart>& parts, double bytes) {
  const auto size = [](const PagePart& part) { return part.maps() * part.rows * part.columns; };
  const PagePart& part = *std::max_element(parts.begin(), parts.end(),
                                           [&](const PagePart& a, const PagePart& b) { return size(a) < size(b); });
  const double one =
      static_cast<double>(part.rows) * static_cast<double>(part.columns) * (part.pooled() ? 2 : 1);  // map
  std::string choices;
  const auto add = [&](const std::string& what, double numbers) {
    choices += (choices.empty() ? "; " : ", ") + what + " has " + shown_bytes(bytes_of(numbers));
  };
  if (part.layers() > 1) add("one layer (--layer)", one * static_cast<double>(part.heads()));
  if (part.maps() > 1) add("one head (--layer and --head)", one);
  if (const Index cells = cells_that_fit(parts, limits.most))
    add("a page of cells (--size " + std::to_string(cells) + ")", numbers_of_cells(parts, cells));
  if (choices.empty()) choices = "; choose a part with --rows and --cols";
  const std::string maps = std::to_string(part.maps()) + (part.maps() == 1 ? " map of " : " maps of ");
  throw attn::UsageError(limits.output + ": a page of " + maps + attn::to_string(attn::Shape{part.rows, part.columns}) +
                         " has about " + shown_bytes(bytes) + ", --max-size allows " + shown_bytes(limits.most) +
                         choices);
}
