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

/// The largest differences: of attention itself, of the rest as a share of what is allowed.
struct Differences {
  double attentions = 0, states = 0, outputs = 0, gradients = 0;
};

void keep_largest(double& worst, double difference) {
  if (!(difference <= worst)) worst = difference;
}

template <class T>
void check(const fs::path& folder, const std::string& name, const char* precision) {
  const auto model = attn::Model<T>::load(folder.string());
  const bool exact = sizeof(T) == 8 && is_exact(model.transformer().family);
  const double of_attention = exact ? 1e-9 : attn::model::Tolerance<T>::kWeights;
  for (const std::string& unused : model.transformer().unused) FAIL_CHECK("not used: " << unused);
  Differences worst;
  for (const char* batch : {"a", "b"}) {
    const std::string expected = (folder / "expected" / batch).string();
    const std::vector<attn::model::Comparison> places = test::verify(model.transformer(), expected);
    for (const attn::model::Comparison& place : places) {
      const auto is = [&](const char* what) { return place.array.find(what) != std::string::npos; };
      INFO(name << " in " << precision << ": " << place.place << ", " << place.array << attn::to_string(place.index)
                << ": " << place.ours << ", expected " << place.expected);
      const bool of_weights = is("attentions") && !is("grad_");
      if (of_weights)
        CHECK(place.difference() <= of_attention);
      else
        CHECK(place.agrees());
      const double share = place.difference() / place.tolerance;
      if (of_weights)
        keep_largest(worst.attentions, place.difference());
      else
        keep_largest(is("grad_") ? worst.gradients : is("hidden_states") ? worst.states : worst.outputs, share);
    }
    // Everything that transformers saved of the run was compared.
    for (const std::string& left : attn::model::not_compared(attn::model::SavedRun(expected), places))
      FAIL_CHECK(name << ": not compared: " << left);
  }
  std::printf("  %-22s %s  attentions %.1e   states %.1e   outputs %.1e   gradients %.1e of what is allowed\n",
              name.c_str(), precision, worst.attentions / of_attention, worst.states, worst.outputs, worst.gradients);
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
      ++models;
      check<float>(entry.path(), name, "f32");
      check<double>(entry.path(), name, "f64");
    }
  CHECK(models > 30);
}
