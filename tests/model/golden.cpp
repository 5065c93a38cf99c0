// Every family against what transformers computed in double: attention, states, logits.
#include <attn/io/mapped_file.hpp>
#include <attn/io/npy.hpp>
#include <attn/io/safetensors.hpp>
#include <attn/model/grad/transformer.hpp>
#include <attn/model/registry.hpp>

#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace fs = std::filesystem;
using namespace attn;
using namespace attn::model;

namespace {

Tensor<double> array(const fs::path& file) {
  return io::to_tensor<double>(io::read_npy(io::MappedFile(file.string()).bytes()));
}

std::vector<Index> row_of(const Tensor<double>& t, Index b) {
  std::vector<Index> row;
  const Index n = t.size() / t.shape()[0];
  for (Index i = 0; i < n; ++i) row.push_back(static_cast<Index>(t.data()[b * n + i]));
  return row;
}
std::vector<bool> mask_of(const Tensor<double>& t, Index b) {
  std::vector<bool> mask;
  for (const Index x : row_of(t, b)) mask.push_back(x != 0);
  return mask;
}

template <class T>
Transformer<T> load(const fs::path& folder) {
  const io::MappedFile config((folder / "config.json").string()), weights((folder / "model.safetensors").string());
  Weights w(io::read_safetensors(weights.bytes()).arrays, folder.filename().string());
  return make_transformer<T>(Config(config.bytes().text(), "config.json"), w);
}

/// The largest differences, relative to what is allowed for them.
struct Differences {
  double attentions = 0, states = 0, outputs = 0, gradients = 0;
};

template <class M>
double apart(const M& ours, const double* theirs) {
  const Matrix<double> mine = ours.template cast<double>();
  return (mine - Eigen::Map<const Matrix<double>>(theirs, mine.rows(), mine.cols())).cwiseAbs().maxCoeff();
}

template <class T>
Differences compare(const fs::path& folder) {
  const Transformer<T> model = load<T>(folder);
  for (const std::string& name : model.unused) FAIL_CHECK("unused: " << name);
  Differences worst;
  for (const char* which : {"a", "b"}) {
    const fs::path expected = folder / "expected" / which;
    const auto has = [&](const std::string& name) { return fs::exists(expected / (name + ".npy")); };
    const auto get = [&](const std::string& name) { return array(expected / (name + ".npy")); };
    const Index B = get(has("input_ids") ? "input_ids" : "pixel_values").shape()[0];
    for (Index b = 0; b < B; ++b) {
      Input<T> input;
      if (has("input_ids")) {
        input.ids = row_of(get("input_ids"), b);
        input.mask = mask_of(get("attention_mask"), b);
        if (has("token_type_ids")) input.segments = row_of(get("token_type_ids"), b);
        if (has("decoder_input_ids")) {
          input.decoder_ids = row_of(get("decoder_input_ids"), b);
          input.decoder_mask = mask_of(get("decoder_attention_mask"), b);
        }
      } else {
        const Tensor<double> pixels = get("pixel_values");
        input.image = Tensor<T>({pixels.shape()[1], pixels.shape()[2], pixels.shape()[3]});
        for (Index i = 0; i < input.image.size(); ++i)
          input.image.data()[i] = static_cast<T>(pixels.data()[b * input.image.size() + i]);
      }
      Keep keep;
      keep.states = true;
      const Pass<T> pass = forward(model, input, keep);
      const bool two = has("decoder_input_ids");
      const Part self = model.encoder ? Part::encoder : Part::decoder;
      const std::pair<Part, std::string> parts[] = {
          {two ? Part::encoder : self, two ? "encoder_attentions" : "attentions"},
          {Part::decoder, "decoder_attentions"},
          {Part::cross, "cross_attentions"}};
      for (const auto& [part, name] : parts) {
        if (!has(name)) continue;
        const Tensor<double> theirs = get(name);  // [L x B x H x Nq x Nk]
        const auto& ours = pass.weights.at(part);
        REQUIRE(static_cast<Index>(ours.size()) == theirs.shape()[0]);
        const Index H = theirs.shape()[2], size = theirs.rows() * theirs.cols();
        for (Index l = 0; l < theirs.shape()[0]; ++l)
          for (Index h = 0; h < H; ++h)
            worst.attentions = std::max(worst.attentions, apart(ours[std::size_t(l)][std::size_t(h)],
                                                                theirs.data() + ((l * B + b) * H + h) * size));
      }
      const auto far = [](double difference, double most) { return difference / (1e-4 + 1e-5 * most); };
      const auto largest = [](const Tensor<double>& t) {
        double most = 0;
        for (Index i = 0; i < t.size(); ++i) most = std::max(most, std::abs(t.data()[i]));
        return most;
      };
      const std::pair<Part, std::string> streams[] = {
          {two ? Part::encoder : self, two ? "encoder_hidden_states" : "hidden_states"},
          {Part::decoder, "decoder_hidden_states"}};
      for (const auto& [part, name] : streams) {
        if (!has(name)) continue;
        const Tensor<double> theirs = get(name);
        const Stack<T>& stack = part == Part::encoder ? *model.encoder : *model.decoder;
        const auto& ours = pass.states.at(part);
        for (Index l = 0; l < theirs.shape()[0]; ++l) {
          Matrix<T> state = ours[std::size_t(l)];
          if (l + 1 == theirs.shape()[0] && model.family != "vit") state = stack.last_norm(state);
          worst.states =
              std::max(worst.states,
                       far(apart(state, theirs.data() + (l * B + b) * theirs.rows() * theirs.cols()), largest(theirs)));
        }
      }
      for (const char* name :
           {"logits", "pooler_output", "seq_relationship_logits", "last_hidden_state", "encoder_last_hidden_state"}) {
        if (!has(name)) continue;
        const Tensor<double> theirs = get(name);
        REQUIRE(pass.outputs.count(name));
        const Matrix<T>& ours = pass.outputs.at(name);
        REQUIRE(ours.size() == theirs.size() / B);
        worst.outputs = std::max(worst.outputs, far(apart(ours, theirs.data() + b * ours.size()), largest(theirs)));
      }
      if (!has("grad_target")) continue;
      const std::vector<Index> target = row_of(get("grad_target"), b);  // batch, position, class
      Matrix<T> d_logits = Matrix<T>::Zero(pass.outputs.at("logits").rows(), pass.outputs.at("logits").cols());
      d_logits(std::max<Index>(0, target[1]), target[2]) = 1;
      std::map<Part, std::map<std::pair<Index, Index>, Matrix<T>>> of_weights;
      Hooks<T> gradients;
      gradients.add(Site::weights, [&](const HookPoint& at, Eigen::Ref<Matrix<T>> d) {
        of_weights[at.part][{at.layer, at.head}] = d;
      });
      const Gradient<T> gradient = backward(model, input, "logits", d_logits, gradients);
      const auto compare_gradient = [&](const std::string& name, const auto& ours, const Tensor<double>& theirs,
                                        Index at) {
        const double most = std::max(1.0, largest(theirs));
        INFO(name);
        worst.gradients = std::max(worst.gradients, apart(ours, theirs.data() + at * ours.size()) / (1e-4 * most));
      };
      for (const auto& [part, name] : parts) {
        if (!has("grad_" + name)) continue;
        const Tensor<double> theirs = get("grad_" + name);
        REQUIRE(of_weights.count(part));
        for (const auto& [place, d] : of_weights[part])
          compare_gradient("grad_" + name, d, theirs, (place.first * B + b) * theirs.shape()[2] + place.second);
      }
      if (has("grad_hidden_states_0"))
        compare_gradient("states", gradient.states.at(two ? Part::encoder : self), get("grad_hidden_states_0"), b);
      if (has("grad_inputs_embeds"))
        compare_gradient("embeddings", gradient.embeddings.at(self), get("grad_inputs_embeds"), b);
      if (has("grad_pixel_values")) {
        const Matrix<T> d = Eigen::Map<const Matrix<T>>(gradient.image.data(), 1, gradient.image.size());
        compare_gradient("pixels", d, get("grad_pixel_values"), b);
      }
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("golden: every family") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (!shared) {
    std::cerr << "skipped: ATTN_SHARED doesn't name the folder of golden models\n";
    return;
  }
  std::vector<fs::directory_entry> folders;
  for (const char* kind : {"golden", "trained"})
    for (const auto& entry : fs::directory_iterator(fs::path(shared) / kind))
      if (fs::exists(entry.path() / "model.safetensors")) folders.push_back(entry);
  for (const auto& entry : folders) {
    INFO(entry.path().filename().string());
    try {
      const Differences f = compare<float>(entry.path()), d = compare<double>(entry.path());
      std::cout << entry.path().filename().string() << ": " << f.attentions << " " << f.states << " " << f.outputs
                << " | " << d.attentions << " " << d.states << " " << d.outputs << " " << d.gradients << "\n";
      CHECK(f.attentions <= 2e-5);
      CHECK(f.states <= 1);
      CHECK(f.outputs <= 1);
      CHECK(f.gradients <= 1);
      CHECK(d.attentions <= 1e-5);
      CHECK(d.gradients <= 1);
      CHECK(d.states <= 1);
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
    }
  }
}
