// One case of a model: attn_bench_model CASE FOLDER [TOKENS]. One line of JSON. The folder is one of
// peers/checkpoints.py.
//
//   forward   a pass that keeps the attention of all layers and heads
//   load      the time until the first layer could run: the file is mapped, and its tensors are checked
//
// OMP_NUM_THREADS says how many threads there are.
#include "measure.hpp"

#include <attn/base/freed_memory.hpp>
#include <attn/model/model.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace {

using attn::Index;
using attn::bench::measure;
using Pass = attn::model::Pass<float>;

attn::model::Input<float> tokens(Index N) {
  attn::model::Input<float> input;
  for (Index i = 0; i < N; ++i) input.ids.push_back(i * 7919 % 30522);
  return input;
}

/// Rows of weights of the first and the last layer and head, as checkpoints.py computed them in double:
/// [2 layers x 2 heads x 3 rows x N].
void check(const Pass& pass, const std::string& folder, Index N) {
  const std::string name = folder + "/expected_" + std::to_string(N) + ".f64";
  std::vector<double> expected(static_cast<std::size_t>(12 * N));
  std::ifstream file(name, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(expected.data()), static_cast<std::streamsize>(expected.size() * 8)))
    throw std::runtime_error(name + ": can't be read");
  const double* row = expected.data();
  const auto& layers = pass.weights.at(attn::model::Part::encoder);
  for (const auto* layer : {&layers.front(), &layers.back()})
    for (const auto* head : {&layer->front(), &layer->back()})
      for (const Index i : {Index(0), N / 2, N - 1}) {
        const Eigen::VectorXd actual = head->row(i).transpose().cast<double>();
        if (!((actual - Eigen::Map<const Eigen::VectorXd>(row, N)).cwiseAbs().maxCoeff() <= 2e-5))
          throw std::runtime_error("attention: doesn't agree with the plain computation in double");
        row += N;
      }
}

void run(const std::string& what, const std::string& folder, Index N) {
  if (what == "load") {
    std::optional<attn::Model<float>> model;
    const auto times = measure([&] { model.emplace(attn::Model<float>::load(folder)); }, [] {});
    return attn::bench::print_times(times, 0);
  }
  if (what != "forward") throw std::runtime_error("no such case: " + what);
  const auto model = attn::Model<float>::load(folder);
  const auto input = tokens(N);
  std::optional<Pass> pass;
  const auto times = measure(
      [&] {
        pass.reset();
        pass.emplace(model.forward(input));
      },
      [&] { check(*pass, folder, N); });
  const Index L = 12, D = 768, F = 3072;
  attn::bench::print_times(times, double(L) * double(N) * double(8 * D * D + 4 * D * F + 4 * N * D));
}

}  // namespace

int main(int argc, char** argv) {
  attn::keep_freed_memory(std::size_t{1} << 28);
  try {
    if (argc < 3) throw std::runtime_error("usage: attn_bench_model forward|load FOLDER [TOKENS]");
    run(argv[1], argv[2], argc > 3 ? std::stol(argv[3]) : 0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "attn_bench_model: %s\n", error.what());
    return 1;
  }
}
