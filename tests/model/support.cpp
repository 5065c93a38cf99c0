#include "model/support.hpp"

namespace test {

std::vector<attn::model::Comparison> verify(const attn::model::Transformer<float>& model, const std::string& folder) {
  return attn::model::verify(model, attn::model::SavedRun(folder));
}

std::vector<attn::model::Comparison> verify(const attn::model::Transformer<double>& model, const std::string& folder) {
  return attn::model::verify(model, attn::model::SavedRun(folder));
}

}  // namespace test
