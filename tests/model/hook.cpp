#include <attn/model/hook.hpp>

#include "model/support.hpp"

#include <limits>
#include <random>
#include <set>

using attn::Index;
using attn::Matrix;
using namespace attn::model;

namespace {

using Seen = std::vector<std::pair<Site, std::string>>;

Input<double> sentence() {
  Input<double> input;
  input.ids = {2, 6, 38, 33, 24, 36, 11, 37, 3};
  return input;
}

const Transformer<double>& bert() { return test::example<double>("tiny-bert-copy").transformer(); }

}  // namespace

TEST_CASE("hooks: every site is passed, in order, with matrices of its shape") {
  Hooks<double> hooks;
  std::vector<std::string> order;
  const std::pair<Site, const char*> sites[] = {{Site::resid_pre, "resid_pre"},
                                                {Site::q, "q"},
                                                {Site::k, "k"},
                                                {Site::v, "v"},
                                                {Site::scores, "scores"},
                                                {Site::weights, "weights"},
                                                {Site::z, "z"},
                                                {Site::attn_out, "attn_out"},
                                                {Site::mlp_out, "mlp_out"},
                                                {Site::resid_post, "resid_post"}};
  for (const auto& [site, name] : sites)
    hooks.add(site, {Part::encoder, 1}, [&order, name = name](const HookPoint& at, Eigen::Ref<Matrix<double>> m) {
      order.push_back(std::string(name) + (at.head < 0 ? "" : std::to_string(at.head)) + " " +
                      attn::to_string(attn::shape_of(m)));
    });
  forward(bert(), sentence(), {}, hooks);
  CHECK(order == std::vector<std::string>{"resid_pre [9 x 64]", "q [9 x 64]", "k [9 x 64]", "v [9 x 64]",
                                          "scores0 [9 x 9]", "weights0 [9 x 9]", "scores1 [9 x 9]", "weights1 [9 x 9]",
                                          "scores2 [9 x 9]", "weights2 [9 x 9]", "scores3 [9 x 9]", "weights3 [9 x 9]",
                                          "z [9 x 64]", "attn_out [9 x 64]", "mlp_out [9 x 64]",
                                          "resid_post [9 x 64]"});
}

TEST_CASE("hooks: looking on changes nothing, and the slow path is the fast one") {
  Hooks<double> hooks;
  hooks.add(Site::weights, [](const HookPoint&, Eigen::Ref<Matrix<double>>) {});
  const Pass<double> plain = forward(bert(), sentence()), watched = forward(bert(), sentence(), {}, hooks);
  CHECK((plain.outputs.at("logits") - watched.outputs.at("logits")).cwiseAbs().maxCoeff() < 1e-12);
  for (std::size_t l = 0; l < 3; ++l)
    for (std::size_t h = 0; h < 4; ++h)
      CHECK((plain.weights.at(Part::encoder)[l][h] - watched.weights.at(Part::encoder)[l][h]).cwiseAbs().maxCoeff() <
            1e-14);
}

TEST_CASE("hooks: a head that is set to zero is one whose output is zero") {
  Hooks<double> by_weights, by_outputs;
  by_weights.add(Site::weights, {Part::encoder, 1, 2}, [](const HookPoint& at, Eigen::Ref<Matrix<double>> weights) {
    CHECK((at.layer == 1 && at.head == 2));
    weights.setZero();
  });
  by_outputs.add(Site::z, {Part::encoder, 1},
                 [](const HookPoint&, Eigen::Ref<Matrix<double>> z) { z.middleCols(2 * 16, 16).setZero(); });
  const auto logits = [](const Hooks<double>& hooks) -> Matrix<double> {
    return forward(bert(), sentence(), {}, hooks).outputs.at("logits");
  };
  CHECK((logits(by_weights) - logits(by_outputs)).cwiseAbs().maxCoeff() < 1e-12);
  CHECK((logits(by_weights) - logits({})).cwiseAbs().maxCoeff() > 1e-3);
}

TEST_CASE("hooks: hiding keys in the scores is hiding them by the mask") {
  Hooks<double> hooks;
  hooks.add(Site::scores, [](const HookPoint&, Eigen::Ref<Matrix<double>> scores) {
    scores.rightCols(2).setConstant(-std::numeric_limits<double>::infinity());
  });
  Input<double> masked = sentence();
  masked.mask = {true, true, true, true, true, true, true, false, false};
  CHECK((forward(bert(), sentence(), {}, hooks).outputs.at("logits") - forward(bert(), masked).outputs.at("logits"))
            .cwiseAbs()
            .maxCoeff() < 1e-12);
}

TEST_CASE("hooks: gradients at every site are the slopes of the logit along what is added there") {
  struct Case {
    const char* model;
    Input<double> input;
    Part part;
  };
  Input<double> tokens;
  tokens.ids = {6, 63, 17, 15, 51, 6, 63};
  Input<double> image;
  image.image = attn::Tensor<double>({1, 28, 28});
  for (Index i = 0; i < image.image.size(); ++i) image.image.data()[i] = std::sin(0.1 * double(i));
  const std::vector<Case> cases = {{"tiny-bert-copy", sentence(), Part::encoder},
                                   {"tiny-gpt2-repeat", tokens, Part::decoder},
                                   {"tiny-vit-digits", image, Part::encoder}};
  std::mt19937 random(1);
  for (const Case& c : cases) {
    const auto& model = test::example<double>(c.model).transformer();
    const Pass<double> plain = forward(model, c.input);
    Matrix<double> d_logits =
        Matrix<double>::Zero(plain.outputs.at("logits").rows(), plain.outputs.at("logits").cols());
    d_logits(d_logits.rows() - 1, 3) = 1;
    for (const Site site : {Site::resid_pre, Site::q, Site::k, Site::v, Site::scores, Site::weights, Site::z,
                            Site::attn_out, Site::mlp_out, Site::resid_post}) {
      const HookPoint at{c.part, 1, site == Site::scores || site == Site::weights ? 2 : -1};
      INFO(c.model << ", site " << static_cast<int>(site));
      Matrix<double> gradient, direction;
      Hooks<double> gradients;
      gradients.add(site, at, [&](const HookPoint&, Eigen::Ref<Matrix<double>> d) { gradient = d; });
      backward(model, c.input, "logits", d_logits, gradients);
      REQUIRE(gradient.size() > 0);
      direction.resize(gradient.rows(), gradient.cols());
      for (Index i = 0; i < direction.size(); ++i) direction.data()[i] = std::normal_distribution<double>()(random);
      const auto logit = [&](double step) {
        Hooks<double> hooks;
        hooks.add(site, at, [&](const HookPoint&, Eigen::Ref<Matrix<double>> m) {
          for (Index i = 0; i < m.size(); ++i)
            if (std::isfinite(m.data()[i])) m.data()[i] += step * direction.data()[i];
        });
        return forward(model, c.input, {}, hooks).outputs.at("logits")(d_logits.rows() - 1, 3);
      };
      constexpr double kStep = 1e-4;
      const double slope = (logit(kStep) - logit(-kStep)) / (2 * kStep);
      CHECK(gradient.cwiseProduct(direction).sum() == Approx(slope).epsilon(1e-5).margin(1e-7));
    }
  }
}
