#include "models.hpp"

#include "progress.hpp"

template <class T>
attn::Model<T> load_model(const std::string& folder) {
  const Progress progress = Progress::reading(folder);
  return attn::Model<T>::load(folder);
}

template attn::Model<float> load_model(const std::string&);
template attn::Model<double> load_model(const std::string&);

namespace attn::model {

template Transformer<float> make_transformer(const Config&, Weights&);
template Transformer<double> make_transformer(const Config&, Weights&);
template Pass<float> forward(const Transformer<float>&, const Input<float>&, const Keep&, const Hooks<float>&, Index);
template Pass<double> forward(const Transformer<double>&, const Input<double>&, const Keep&, const Hooks<double>&,
                              Index);
template std::vector<Comparison> verify(const Transformer<float>&, const SavedRun&);
template std::vector<Comparison> verify(const Transformer<double>&, const SavedRun&);

}  // namespace attn::model
