// Whether a model computes what another program found with it: place by place, in the order of the pass.
//
//     hidden_states[0]  attentions[0]  hidden_states[1]  …  logits  grad_attentions[L−1]  …  grad_inputs_embeds
//
// The first place that differs is where to look for the reason: what comes behind it inherits its error.
//
//     attentions [L x B x H x Nq x Nk]   hidden_states [L+1 x B x N x D]   outputs [B x N x V] or [B x V]
//     grad_target [B x 3]: batch, position and class of the logit whose gradients the grad_… arrays are
//
// Of an encoder and a decoder: encoder_attentions, decoder_attentions, cross_attentions, encoder_hidden_states and so
// on.
#pragma once

#include <attn/model/grad/transformer.hpp>
#include <attn/model/saved_run.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace attn::model {

namespace detail {
/// Whether a difference is larger than the largest so far; NaN is the largest of all.
inline bool is_farther(double difference, double largest) { return !std::isnan(largest) && !(difference <= largest); }
}  // namespace detail

/// One place of a pass, and its element that is farthest from what is expected there.
struct Comparison {
  std::string array;  // "attentions"
  std::string place;  // "weights of layer 1": the hook, or the array once more
  Shape index;        // of the element: [1, 0, 3, 4, 2]
  double ours = 0, expected = 0;
  double tolerance = 0;

  double difference() const { return std::abs(ours - expected); }  // NaN where one of both is
  bool agrees() const { return difference() <= tolerance; }

  bool is_farther_than(const Comparison& other) const { return detail::is_farther(difference(), other.difference()); }
};

/// How far results may be apart. transformers does some steps in float even where a model is double: rotary tables,
/// RMSNorm, the softmax of Llama and others; that makes up to 2.6e-6 of an attention weight and 1e-5 of a gradient.
template <class T>
struct Tolerance {
  static constexpr double kWeights = sizeof(T) == 4 ? 2e-5 : 1e-5;
  static double of_states(double largest) { return 1e-4 + 1e-5 * largest; }
  static double of_gradients(double largest) { return 1e-4 * std::max(1.0, largest); }
};

namespace detail {

inline double largest_of(const Tensor<double>& array) {
  double largest = 0;
  for (Index n = 0; n < array.size(); ++n) largest = std::max(largest, std::abs(array.data()[n]));
  return largest;
}

/// Where the element stands that is `flat` behind the first.
inline Shape index_of(Index flat, const Shape& shape) {
  Shape index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; flat /= shape[axis]) index[axis] = flat % shape[axis];
  return index;
}

/// Compares one entry of the batch with a saved run.
template <class T>
class Verification {
 public:
  Verification(const Transformer<T>& model, const SavedRun& run, Index b)
      : model_(model),
        run_(run),
        b_(b),
        B_(run.batch()),
        input_(run.input<T>(b)),
        two_(model.encoder && model.decoder) {
    Keep keep;
    keep.states = true;
    pass_ = forward(model_, input_, keep);
  }

  std::vector<Comparison> run() {
    if (model_.encoder) compare_stack(*model_.encoder);
    if (model_.decoder) compare_stack(*model_.decoder);
    if (two_) compare_output("encoder_last_hidden_state");
    compare_output("last_hidden_state");
    for (const OutputHead<T>& head : model_.heads) compare_output(head.name);
    if (run_.has("grad_target")) compare_gradients();
    return std::move(found_);
  }

 private:
  using Heads = std::vector<Matrix<T>>;

  /// "encoder_" where there are two stacks.
  std::string prefix(Part part) const {
    if (part == Part::cross) return "cross_";
    return !two_ ? "" : part == Part::encoder ? "encoder_" : "decoder_";
  }
  std::string layer_name(Part part, Index layer) const {
    std::string name = prefix(part);
    if (!name.empty()) name.back() = ' ';
    return name + "layer " + std::to_string(layer);
  }

  void compare_stack(const Stack<T>& stack) {
    const auto L = static_cast<Index>(stack.blocks.size());
    std::vector<Matrix<T>>& states = pass_.states.at(stack.part);
    // transformers has the last states behind the last norm, but for ViT.
    if (model_.family != "vit") states.back() = stack.last_norm(states.back());
    const std::string name = prefix(stack.part) + "hidden_states";
    const auto compare_states = [&](Index l) {
      if (!run_.has(name)) return;
      const Matrix<T>& ours = states[static_cast<std::size_t>(l)];
      const Tensor<double>& theirs = get(name, {L + 1, B_, ours.rows(), ours.cols()});
      Comparison& place =
          begin(name,
                (l < L ? "resid_pre of " : "resid_post of ") + layer_name(stack.part, std::min(l, L - 1)) +
                    (l == L && stack.last_norm.kind != NormKind::none ? ", normed" : ""),
                Tolerance<T>::of_states(largest_of(theirs)));
      compare(place, ours, theirs, l * B_ + b_);
    };
    for (Index l = 0; l < L; ++l) {
      compare_states(l);
      const auto tolerance = [](const Tensor<double>&) { return Tolerance<T>::kWeights; };
      compare_heads("", stack.part, l, L, pass_.weights.at(stack.part)[static_cast<std::size_t>(l)], tolerance);
      if (stack.blocks[static_cast<std::size_t>(l)].cross)
        compare_heads("", Part::cross, l, L, pass_.weights.at(Part::cross)[static_cast<std::size_t>(l)], tolerance);
    }
    compare_states(L);
  }

  template <class M, class F>
  void compare_heads(const std::string& of, Part part, Index layer, Index L, const std::vector<M>& heads,
                     const F& tolerance) {
    const std::string name = of + prefix(part) + "attentions";
    if (!run_.has(name)) return;
    const auto H = static_cast<Index>(heads.size());
    const Tensor<double>& theirs = get(name, {L, B_, H, heads.front().rows(), heads.front().cols()});
    Comparison& place =
        begin(name, (of.empty() ? "weights of " : "gradient of the weights of ") + layer_name(part, layer),
              tolerance(theirs));
    for (Index h = 0; h < H; ++h) compare(place, heads[static_cast<std::size_t>(h)], theirs, (layer * B_ + b_) * H + h);
  }

  void compare_output(const std::string& name) {
    if (!run_.has(name)) return;
    const Matrix<T>& ours = pass_.outputs.at(name);
    const bool one = run_.get(name).rank() == 2;  // a row for each entry of the batch, not for each token
    const Tensor<double>& theirs = one ? get(name, {B_, ours.size()}) : get(name, {B_, ours.rows(), ours.cols()});
    compare(begin(name, name, Tolerance<T>::of_states(largest_of(theirs))), ours, theirs, b_);
  }

  void compare_gradients() {
    const std::vector<Index> target = run_.numbers("grad_target", b_, 3);  // batch, position, class
    const auto logits = pass_.outputs.find("logits");
    if (logits == pass_.outputs.end())
      throw UsageError(run_.file_of("grad_target") + ": asks for the gradient of a logit, and the model has no logits");
    Matrix<T> d_logits = Matrix<T>::Zero(logits->second.rows(), logits->second.cols());
    const Index position = std::max<Index>(0, target[1]);  // −1: there is only one
    if (target[0] != b_ || position >= d_logits.rows() || target[2] < 0 || target[2] >= d_logits.cols())
      throw UsageError(run_.file_of("grad_target") + ": row " + std::to_string(b_) + " is " + to_string(target) +
                       ", expected its own number, a position and a class of logits " + to_string(shape_of(d_logits)));
    d_logits(position, target[2]) = 1;
    std::map<Part, std::map<Index, Heads>> of_weights;
    Hooks<T> gradients;
    gradients.add(Site::weights, [&](const HookPoint& at, Eigen::Ref<Matrix<T>> d) {
      Heads& heads = of_weights[at.part][at.layer];
      if (static_cast<Index>(heads.size()) <= at.head) heads.resize(static_cast<std::size_t>(at.head) + 1);
      heads[static_cast<std::size_t>(at.head)] = d;
    });
    const Gradient<T> gradient = backward(model_, input_, "logits", d_logits, gradients);
    const auto tolerance = [](const Tensor<double>& theirs) { return Tolerance<T>::of_gradients(largest_of(theirs)); };
    const auto compare_backwards = [&](const Stack<T>& stack) {
      const auto L = static_cast<Index>(stack.blocks.size());
      for (Index l = L; l-- > 0;)
        for (const Part part : {Part::cross, stack.part})
          if (part != Part::cross || stack.blocks[static_cast<std::size_t>(l)].cross)
            compare_heads("grad_", part, l, L, of_weights[part][l], tolerance);
    };
    if (model_.decoder) compare_backwards(*model_.decoder);
    if (model_.encoder) compare_backwards(*model_.encoder);
    const Part first = model_.encoder ? Part::encoder : Part::decoder;
    const auto compare_gradient = [&](const std::string& name, const Matrix<T>& ours, const Shape& shape) {
      if (!run_.has(name)) return;
      const Tensor<double>& theirs = get(name, shape);
      compare(begin(name, name, tolerance(theirs)), ours, theirs, b_);
    };
    const auto of_rows = [&](const Matrix<T>& d) { return Shape{B_, d.rows(), d.cols()}; };
    compare_gradient("grad_hidden_states_0", gradient.states.at(first), of_rows(gradient.states.at(first)));
    if (gradient.embeddings.count(first))
      compare_gradient("grad_inputs_embeds", gradient.embeddings.at(first), of_rows(gradient.embeddings.at(first)));
    if (gradient.image.size() > 0) {
      const Shape& shape = gradient.image.shape();
      compare_gradient("grad_pixel_values",
                       Eigen::Map<const Matrix<T>>(gradient.image.data(), 1, gradient.image.size()),
                       {B_, shape[0], shape[1], shape[2]});
    }
  }

  /// What was saved under a name, if it has the shape that the model's has.
  const Tensor<double>& get(const std::string& name, const Shape& ours) {
    const Tensor<double>& theirs = run_.get(name);
    check_shape(theirs.shape() == ours, "verify", run_.file_of(name), theirs.shape(),
                to_string(ours) + " as the model has it");
    return theirs;
  }

  Comparison& begin(std::string array, std::string place, double tolerance) {
    return found_.emplace_back(Comparison{std::move(array), std::move(place), {}, 0, 0, tolerance});
  }

  /// Keeps the element of `ours`, the n-th block of `theirs`, that is farthest away.
  static void compare(Comparison& place, const Matrix<T>& ours, const Tensor<double>& theirs, Index n) {
    for (Index k = 0; k < ours.size(); ++k) {
      const Index flat = n * ours.size() + k;
      const auto mine = static_cast<double>(ours.data()[k]);
      const double far = std::abs(mine - theirs.data()[flat]);
      if (!place.index.empty() && !is_farther(far, place.difference())) continue;
      place.index = index_of(flat, theirs.shape());
      place.ours = mine;
      place.expected = theirs.data()[flat];
    }
  }

  const Transformer<T>& model_;
  const SavedRun& run_;
  Index b_, B_;
  Input<T> input_;
  bool two_;
  Pass<T> pass_;
  std::vector<Comparison> found_;
};

}  // namespace detail

/// Runs the model on what is in the saved run and compares all that was saved there, in the order of the pass. Throws
/// ShapeError where an array has another shape than the model's, UsageError where nothing is there to be compared, and
/// what forward() and backward() throw.
template <class T>
std::vector<Comparison> verify(const Transformer<T>& model, const SavedRun& run) {
  std::vector<Comparison> worst;
  for (Index b = 0; b < run.batch(); ++b) {
    std::vector<Comparison> found = detail::Verification<T>(model, run, b).run();
    if (worst.empty()) worst.resize(found.size());
    for (std::size_t n = 0; n < found.size(); ++n)
      if (worst[n].index.empty() || found[n].is_farther_than(worst[n])) worst[n] = std::move(found[n]);
  }
  if (worst.empty())
    throw UsageError(run.file_of("*") +
                     ": nothing to compare with, expected attentions.npy, hidden_states.npy, "
                     "logits.npy or another result of the model");
  return worst;
}

/// The arrays of a saved run that neither went into it nor were compared: their names say nothing here.
inline std::vector<std::string> not_compared(const SavedRun& run, const std::vector<Comparison>& places) {
  std::set<std::string> known{"input_ids",         "attention_mask",         "token_type_ids", "pixel_values",
                              "decoder_input_ids", "decoder_attention_mask", "grad_target",    "grad_target_logit"};
  for (const Comparison& place : places) known.insert(place.array);
  std::vector<std::string> others;
  for (const std::string& name : run.names())
    if (known.count(name) == 0) others.push_back(name);
  return others;
}

}  // namespace attn::model
