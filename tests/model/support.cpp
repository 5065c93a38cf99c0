#include "model/support.hpp"

namespace fs = std::filesystem;
using attn::Index;
using attn::Matrix;
using attn::Tensor;
using namespace attn::model;

namespace test {

namespace {

Tensor<double> array(const fs::path& file) {
  return attn::io::to_tensor<double>(attn::io::read_npy(attn::io::MappedFile(file.string()).bytes()));
}

std::vector<Index> numbers_of(const Tensor<double>& t, Index b) {
  const Index n = t.size() / t.shape()[0];
  return {t.data() + b * n, t.data() + (b + 1) * n};
}

double largest(const Tensor<double>& t) {
  return Eigen::Map<const Eigen::VectorXd>(t.data(), t.size()).cwiseAbs().maxCoeff();
}

/// The largest difference between a matrix and the n-th of its size in `theirs`.
template <class T>
double apart(const Matrix<T>& ours, const Tensor<double>& theirs, Index n) {
  const Eigen::Map<const Matrix<double>> its(theirs.data() + n * ours.size(), ours.rows(), ours.cols());
  return (ours.template cast<double>() - its).cwiseAbs().maxCoeff();
}

/// Keeps the largest of what it is given.
void keep_largest(double& worst, double difference) { worst = std::max(worst, difference); }

}  // namespace

template <class T>
std::vector<Input<T>> inputs_in(const fs::path& folder) {
  const auto has = [&](const char* name) { return fs::exists(folder / (std::string(name) + ".npy")); };
  const auto get = [&](const char* name) { return array(folder / (std::string(name) + ".npy")); };
  const auto mask_of = [&](const char* name, Index b) {
    const std::vector<Index> numbers = numbers_of(get(name), b);
    return std::vector<bool>(numbers.begin(), numbers.end());
  };
  std::vector<Input<T>> inputs;
  const Index B = get(has("input_ids") ? "input_ids" : "pixel_values").shape()[0];
  for (Index b = 0; b < B; ++b) {
    Input<T>& input = inputs.emplace_back();
    if (has("pixel_values")) {
      const Tensor<double> pixels = get("pixel_values");
      input.image = Tensor<T>({pixels.shape()[1], pixels.shape()[2], pixels.shape()[3]});
      for (Index i = 0; i < input.image.size(); ++i)
        input.image.data()[i] = static_cast<T>(pixels.data()[b * input.image.size() + i]);
      continue;
    }
    input.ids = numbers_of(get("input_ids"), b);
    input.mask = mask_of("attention_mask", b);
    if (has("token_type_ids")) input.segments = numbers_of(get("token_type_ids"), b);
    if (!has("decoder_input_ids")) continue;
    input.decoder_ids = numbers_of(get("decoder_input_ids"), b);
    input.decoder_mask = mask_of("decoder_attention_mask", b);
  }
  return inputs;
}

template <class T>
Differences compare(const Transformer<T>& model, const fs::path& folder) {
  Differences worst;
  const auto has = [&](const std::string& name) { return fs::exists(folder / (name + ".npy")); };
  const auto get = [&](const std::string& name) { return array(folder / (name + ".npy")); };
  const bool two = model.encoder && model.decoder;
  const Part self = model.encoder ? Part::encoder : Part::decoder;
  const std::vector<Input<T>> inputs = inputs_in<T>(folder);
  const auto B = static_cast<Index>(inputs.size());
  using Named = std::vector<std::pair<Part, std::string>>;
  const Named maps = two ? Named{{Part::encoder, "encoder_attentions"},
                                 {Part::decoder, "decoder_attentions"},
                                 {Part::cross, "cross_attentions"}}
                         : Named{{self, "attentions"}};
  const Named streams = two ? Named{{Part::encoder, "encoder_hidden_states"}, {Part::decoder, "decoder_hidden_states"}}
                            : Named{{self, "hidden_states"}};
  for (Index b = 0; b < B; ++b) {
    const Input<T>& input = inputs[static_cast<std::size_t>(b)];
    Keep keep;
    keep.states = true;
    const Pass<T> pass = forward(model, input, keep);
    for (const auto& [part, name] : maps) {
      if (!has(name)) continue;
      const Tensor<double> theirs = get(name);  // [L x B x H x Nq x Nk]
      const auto& ours = pass.weights.at(part);
      REQUIRE(static_cast<Index>(ours.size()) == theirs.shape()[0]);
      for (std::size_t l = 0; l < ours.size(); ++l) {
        const auto H = static_cast<Index>(ours[l].size());
        REQUIRE(H == theirs.shape()[2]);
        for (Index h = 0; h < H; ++h)
          keep_largest(worst.attentions,
                       apart(ours[l][static_cast<std::size_t>(h)], theirs, (static_cast<Index>(l) * B + b) * H + h));
      }
    }
    const auto share = [](double difference, double most) { return difference / (1e-4 + 1e-5 * most); };
    for (const auto& [part, name] : streams) {
      if (!has(name)) continue;
      const Tensor<double> theirs = get(name);  // [L + 1 x B x N x D]
      const attn::model::Stack<T>& stack = part == Part::encoder ? *model.encoder : *model.decoder;
      std::vector<Matrix<T>> ours = pass.states.at(part);
      REQUIRE(static_cast<Index>(ours.size()) == theirs.shape()[0]);
      if (model.family != "vit") ours.back() = stack.last_norm(ours.back());
      for (std::size_t l = 0; l < ours.size(); ++l)
        keep_largest(worst.states, share(apart(ours[l], theirs, static_cast<Index>(l) * B + b), largest(theirs)));
    }
    for (const char* name :
         {"logits", "pooler_output", "seq_relationship_logits", "last_hidden_state", "encoder_last_hidden_state"}) {
      if (!has(name)) continue;
      const Tensor<double> theirs = get(name);
      REQUIRE(pass.outputs.count(name));
      REQUIRE(pass.outputs.at(name).size() == theirs.size() / B);
      keep_largest(worst.outputs, share(apart(pass.outputs.at(name), theirs, b), largest(theirs)));
    }

    if (!has("grad_target")) continue;
    const std::vector<Index> target = numbers_of(get("grad_target"), b);  // batch, position, class
    Matrix<T> d_logits = pass.outputs.at("logits");
    d_logits.setZero();
    d_logits(std::max<Index>(0, target[1]), target[2]) = 1;
    std::map<std::pair<Part, Index>, std::map<Index, Matrix<T>>> of_weights;  // [part, layer][head]
    Hooks<T> gradients;
    gradients.add(Site::weights, [&](const HookPoint& at, Eigen::Ref<Matrix<T>> d) {
      of_weights[{at.part, at.layer}][at.head] = d;
    });
    const Gradient<T> gradient = backward(model, input, "logits", d_logits, gradients);
    const auto compare_gradient = [&](const std::string& name, const Matrix<T>& ours, Index n) {
      const Tensor<double> theirs = get(name);
      keep_largest(worst.gradients, apart(ours, theirs, n) / (1e-4 * std::max(1.0, largest(theirs))));
    };
    for (const auto& [part, name] : maps) {
      if (!has("grad_" + name)) continue;
      const auto L = static_cast<Index>(pass.weights.at(part).size());
      for (Index l = 0; l < L; ++l) {
        const auto& heads = of_weights[{part, l}];
        const auto H = static_cast<Index>(heads.size());
        REQUIRE(H == static_cast<Index>(pass.weights.at(part)[static_cast<std::size_t>(l)].size()));
        for (const auto& [h, d] : heads) compare_gradient("grad_" + name, d, (l * B + b) * H + h);
      }
    }
    if (has("grad_hidden_states_0"))
      compare_gradient("grad_hidden_states_0", gradient.states.at(two ? Part::encoder : self), b);
    if (has("grad_inputs_embeds")) compare_gradient("grad_inputs_embeds", gradient.embeddings.at(self), b);
    if (has("grad_pixel_values"))
      compare_gradient("grad_pixel_values",
                       Eigen::Map<const Matrix<T>>(gradient.image.data(), 1, gradient.image.size()), b);
  }
  return worst;
}

template Differences compare(const Transformer<float>&, const fs::path&);
template Differences compare(const Transformer<double>&, const fs::path&);
template std::vector<Input<float>> inputs_in(const fs::path&);
template std::vector<Input<double>> inputs_in(const fs::path&);

}  // namespace test
