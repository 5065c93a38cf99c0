// Every family against what transformers computed in double: attention, states, logits and gradients.
#include "model/support.hpp"

#include <cstdio>
#include <cstdlib>

namespace fs = std::filesystem;

namespace {

/// transformers computes these in double from end to end; of the others it does some steps in float.
bool is_exact(const std::string& family) {
  for (const char* name :
       {"bert", "gpt2", "distilbert", "roberta", "albert", "electra", "opt", "vit", "bart", "marian"})
    if (family == name) return true;
  return false;
}

template <class T>
test::Differences differences(const fs::path& folder) {
  const auto model = attn::Model<T>::load(folder.string());
  for (const std::string& name : model.transformer().unused) FAIL_CHECK("not used: " << name);
  test::Differences worst;
  for (const char* batch : {"a", "b"}) {
    const test::Differences d = test::compare(model.transformer(), folder / "expected" / batch);
    worst.attentions = std::max(worst.attentions, d.attentions);
    worst.states = std::max(worst.states, d.states);
    worst.outputs = std::max(worst.outputs, d.outputs);
    worst.gradients = std::max(worst.gradients, d.gradients);
  }
  return worst;
}

void check(const std::string& name, const char* precision, const test::Differences& d, double attentions) {
  std::printf("  %-22s %s  attentions %.1e   states %.1e   outputs %.1e   gradients %.1e of what is allowed\n",
              name.c_str(), precision, d.attentions / attentions, d.states, d.outputs, d.gradients);
  INFO(name << " in " << precision);
  CHECK(d.attentions <= attentions);
  CHECK(d.states <= 1);
  CHECK(d.outputs <= 1);
  CHECK(d.gradients <= 1);
}

}  // namespace

TEST_CASE("golden: every family, in float and double") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: reference models: ATTN_SHARED doesn't name their folder\n");
    return;
  }
  int models = 0;
  for (const char* kind : {"golden", "trained"})
    for (const auto& entry : fs::directory_iterator(fs::path(shared) / kind)) {
      if (!fs::exists(entry.path() / "config.json")) continue;
      const std::string name = entry.path().filename().string();
      INFO(name);
      ++models;
      const std::string family = attn::Model<double>::load(entry.path().string()).transformer().family;
      check(name, "f32", differences<float>(entry.path()), 2e-5);
      check(name, "f64", differences<double>(entry.path()), is_exact(family) ? 1e-9 : 1e-5);
    }
  CHECK(models > 30);
}
