// The loop of the kernel: through the weights of some heads, tile by tile, handing each to the reductions.
//
//     for each strip of rows:                       its own thread
//       for each tile of keys that the mask shows:
//         scores  = q (scale · k)ᵀ (+ bias, capped, masked)       [rows x keys], in the cache
//         max     = the larger of max and the tile's largest
//         weights = exp(scores − max)
//         every reduction adds the tile                           [Milakov 2018; Dao 2022, algorithm 1]
//
// Oracle: core/attention.hpp, whose four steps these are.
#pragma once

#include <attn/base/parallel.hpp>
#include <attn/core/attention_shapes.hpp>
#include <attn/core/scoring.hpp>
#include <attn/kernel/packed_panels.hpp>
#include <attn/kernel/reduction.hpp>
#include <attn/kernel/visible.hpp>

#include <cmath>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace attn {

/// What the weights of one head are made of.
template <class S>
struct QueriesAndKeys {
  StridedView<S> q;  // [Nq x dk]
  StridedView<S> k;  // [Nk x dk]; heads that share their keys have the same
};

/// Which query and key of the mask and the bias are the first ones here: a part of a longer sequence begins later.
struct Place {
  Index query = 0, key = 0;
};

namespace detail {

/// A mask or a bias that is asked about a part: its query 0 and key 0 are others of the rule's.
template <class Rule>
struct RuleFrom {
  const Rule& rule;
  Index i0, j0;
  auto operator()(Index i, Index j) const { return rule(i + i0, j + j0); }
};

/// How the weights are cut: strips fit into the cache together with the panel that they meet.
struct Cut {
  Index strip;  // rows
  Index tile;   // keys
};

constexpr Index round_up(Index n, Index multiple) { return (n + multiple - 1) / multiple * multiple; }

template <class T>
Cut choose_cut(Index Nq, Index Nk, Index dk, bool whole_rows) {
  const Index rows = tile_functions<T>().rows, panel = tile_functions<T>().panel;
  constexpr Index kCache = Index{512} << 10;  // bytes: half of what today's cores have of second-level cache
  Cut cut;
  const Index all = round_up(std::max<Index>(Nk, 1), panel);
  cut.tile = whole_rows ? all : std::min(round_up(1024, panel), all);
  // Keys that no cache holds are read again for each strip: fewer, taller ones then.
  const Index height = Nk * dk * static_cast<Index>(sizeof(T)) > (Index{4} << 20) ? 16 * rows : 8 * rows;
  cut.strip = std::clamp(kCache / (cut.tile * static_cast<Index>(sizeof(T))) / rows * rows, rows, height);
  cut.strip = std::min(cut.strip, round_up(std::max<Index>(Nq, 1), rows));
  return cut;
}

/// One thread's memory, and the strip that it is at.
template <class T, class S, Mask M, class B>
class StripOfTiles {
 public:
  StripOfTiles(const Cut& cut, Index dk, const M& mask, const B& bias, const Scoring& scoring, const Place& place,
               bool whole_rows)
      : mask_(mask),
        bias_(bias),
        scoring_(scoring),
        place_(place),
        whole_rows_(whole_rows),
        cut_(cut),
        stride_(cut.tile + 16),  // rows a power of two apart would compete for the same places in the cache
        q_(cut.strip, dk),
        scores_(cut.strip * stride_),
        max_(cut.strip),
        rescale_(cut.strip),
        sum_(cut.strip),
        score_sum_(cut.strip) {}

  /// Goes through the tiles of the rows `strip`: add_row(r, tile, sums) for each row as soon as it has weights, then
  /// add(tile). Where `shift` [rows] is given, the weights are exp(score − shift) from the first tile on, instead of
  /// being shifted by the largest so far.
  template <class AddRow, class Add>
  RowSums<T> run(const Strip& strip, const StridedView<S>& q, const PackedPanels<T>& keys, const T* shift,
                 AddRow&& add_row, Add&& add) {
    const auto [queries, stride] = whole_rows_of(strip, q);
    const RowSums<T> sums{strip, max_.data(), sum_.data(), score_sum_.data()};
    max_.setConstant(kNothing);
    rescale_.setOnes();
    sum_.setZero();
    score_sum_.setZero();
    if (shift)  // the weights are true already: their factor is 1, or 0 where a row sees nothing
      for (Index r = 0; r < strip.rows; ++r) {
        max_(r) = shift[r];
        sum_(r) = shift[r] == kNothing ? 0 : 1;
      }
    decltype(auto) bias = bias_of_head(bias_, strip.head);

    const auto hidden = [&](Index panel) { return seen(strip, keys, panel) == Visible::kNothing; };
    Index panel = 0, panels = keys.panels();
    while (panels > 0 && hidden(panels - 1)) --panels;
    while (true) {
      while (panel < panels && hidden(panel)) ++panel;
      if (panel >= panels) break;
      const Index first_key = keys.first(panel);
      Index width = 0, own = 0;
      for (; panel < panels && width + keys.width(panel) <= cut_.tile; ++panel) {
        if (hidden(panel) && !whole_rows_) break;
        score(strip, queries, stride, keys, panel, bias, width);
        width += keys.width(panel);
        own += keys.own(panel);
      }
      const WeightsTile<T> tile{
          strip, first_key, {scores_.data(), strip.rows, own, Eigen::OuterStride<>(stride_)}, rescale_.data()};
      for (Index r = 0; r < strip.rows; ++r) {
        weigh(r, width, shift != nullptr);
        add_row(r, tile, sums);
      }
      add(tile);
    }
    return sums;
  }

 private:
  Visible seen(const Strip& strip, const PackedPanels<T>& keys, Index panel) const {
    return visible(
        mask_, TileRange{strip.first_row + place_.query, strip.rows, keys.first(panel) + place_.key, keys.own(panel)});
  }

  /// The strip's queries, and how far apart they are; as many as the tile has rows, so at the end some are zeros.
  std::pair<const T*, Index> whole_rows_of(const Strip& strip, const StridedView<S>& q) {
    const Index rows = round_up(strip.rows, functions_.rows);
    const S* first = q.data() + strip.first_row * q.outerStride();
    if constexpr (std::is_same_v<S, T>)
      if (rows == strip.rows) return {first, q.outerStride()};
    for (Index r = 0; r < strip.rows; ++r)
      copy_scaled(first + r * q.outerStride(), q.cols(), T(1), q_.data() + r * q_.cols());
    q_.middleRows(strip.rows, rows - strip.rows).setZero();
    return {q_.data(), q_.cols()};
  }

  /// The scores of a panel of keys, into the tile's columns from `column` on.
  template <class TheBias>
  void score(const Strip& strip, const T* queries, Index stride, const PackedPanels<T>& keys, Index panel,
             const TheBias& bias, Index column) {
    const Visible visible = seen(strip, keys, panel);
    const Index width = keys.width(panel), own = keys.own(panel);
    Eigen::Map<Matrix<T>, 0, Eigen::OuterStride<>> all(scores_.data() + column, round_up(strip.rows, functions_.rows),
                                                       width, Eigen::OuterStride<>(stride_));
    if (visible == Visible::kNothing) {
      all.setConstant(kNothing);
      return;
    }
    functions_.product(queries, stride, keys.panel(panel), keys.depth(), all.rows(), width, false, all.data(), stride_);
    auto scores = all.topLeftCorner(strip.rows, own);
    const Index i0 = strip.first_row + place_.query, j0 = keys.first(panel) + place_.key;
    if constexpr (!std::is_same_v<TheBias, NoBias>) add_bias(scores, RuleFrom<TheBias>{bias, i0, j0}, 0);
    soft_cap(scores, scoring_.soft_cap);
    if (visible == Visible::kSome) hide(scores, RuleFrom<M>{mask_, i0, j0}, 0);
    if (own < width) all.rightCols(width - own).setConstant(kNothing);
  }

  /// The scores of row r become weights; `width` columns.
  void weigh(Index r, Index width, bool true_already) {
    T* row = scores_.data() + r * stride_;
    if (!true_already) raise(r, functions_.max(row, width));
    const ExpSums<T> sums = functions_.exponentiate(row, width, max_(r) == kNothing ? T(0) : max_(r));
    if (!true_already) sum_(r) += double(sums.weights);
    score_sum_(r) += double(sums.scores);
  }

  /// The largest score of row r may be a new one.
  void raise(Index r, T largest) {
    const T before = max_(r), now = std::max(before, largest);
    rescale_(r) = now == before ? T(1) : std::exp(before - now);
    if (rescale_(r) == T(0)) {  // nothing so far counts; before − now may be infinite
      if (sum_(r) > 0) sum_(r) = score_sum_(r) = 0;
    } else if (rescale_(r) != T(1) && sum_(r) > 0) {
      score_sum_(r) = (score_sum_(r) + double(before - now) * sum_(r)) * double(rescale_(r));
      sum_(r) *= double(rescale_(r));
    }
    max_(r) = now;
  }

  static constexpr T kNothing = -std::numeric_limits<T>::infinity();  // the score of what isn't seen
  const TileFunctions<T>& functions_ = tile_functions<T>();
  const M& mask_;
  const B& bias_;
  const Scoring& scoring_;
  Place place_;
  bool whole_rows_;
  Cut cut_;
  Index stride_;
  Matrix<T> q_;              // [strip x dk]
  AlignedMemory<T> scores_;  // [strip x stride]
  ColumnVector<T> max_, rescale_;
  ColumnVector<double> sum_, score_sum_;
};

/// Tells a worker of a row, if it wants to know.
template <class Worker, class T>
void add_row(Worker& worker, Index r, const WeightsTile<T>& tile, const RowSums<T>& sums) {
  if constexpr (requires { worker.row(r, tile, sums); }) worker.row(r, tile, sums);
}

/// Runs the strips of all heads, in waves of heads that are packed together. `shifts` [Nq] of each head, or empty.
template <class T, class S, Mask M, class B, class... Rs>
void run_tiles(std::span<const QueriesAndKeys<S>> heads, const M& mask, const B& bias, const Scoring& scoring,
               const Place& place, std::span<const ColumnVector<T>> shifts, Rs&... reductions) {
  if (heads.empty()) return;
  constexpr bool whole_rows = (kNeedsWholeRows<Rs> || ...);
  const Index Nq = heads[0].q.rows(), Nk = heads[0].k.rows(), dk = heads[0].q.cols();
  const Cut cut = choose_cut<T>(Nq, Nk, dk, whole_rows);
  const Index strips = (Nq + cut.strip - 1) / cut.strip;
  const std::size_t all = heads.size();
  const std::size_t wave =
      static_cast<std::size_t>(std::max<Index>(1, 32 * thread_count() / std::max<Index>(1, strips)));
  for (std::size_t begin = 0; begin < all;) {
    std::size_t end = std::min(all, begin + wave);
    while (end < all && heads[end].k.data() == heads[end - 1].k.data()) ++end;
    std::vector<StridedView<S>> all_keys;
    for (std::size_t h = begin; h < end; ++h) all_keys.push_back(heads[h].k);
    const auto keys = pack_all<T, S>(all_keys, true, T(scoring.scale_for(dk)));
    const auto prepare = [&](auto& reduction) {
      if constexpr (requires { reduction.prepare(begin, end); }) reduction.prepare(begin, end);
    };
    (prepare(reductions), ...);
    parallel_tasks(static_cast<Index>(end - begin) * strips, [&] {
      return [&, tiles = StripOfTiles<T, S, M, B>(cut, dk, mask, bias, scoring, place, whole_rows),
              workers = std::tuple(reductions.worker(cut.strip)...)](Index n) mutable {
        const std::size_t h = begin + static_cast<std::size_t>(n / strips);
        const Index row = (strips - 1 - n % strips) * cut.strip;  // the last first: causal masks make them the longest
        const Strip strip{static_cast<Index>(h), row, std::min(cut.strip, Nq - row)};
        std::apply(
            [&](auto&... worker) {
              (worker.begin(strip), ...);
              const RowSums<T> sums = tiles.run(
                  strip, heads[h].q, *keys[h - begin], shifts.empty() ? nullptr : shifts[h].data() + row,
                  [&](Index r, const WeightsTile<T>& tile, const RowSums<T>& so_far) {
                    (add_row(worker, r, tile, so_far), ...);
                  },
                  [&](const WeightsTile<T>& tile) { (worker.add(tile), ...); });
              (worker.end(sums), ...);
            },
            workers);
      };
    });
    begin = end;
  }
}

}  // namespace detail
}  // namespace attn
