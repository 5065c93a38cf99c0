// A checkpoint for the verbs: its code is compiled once, which takes longer than all the rest of the command line.
#pragma once

#include <attn/model/model.hpp>
#include <attn/model/verify.hpp>

#include <string>

/// attn::Model<T>::load(), with a sign of life on the terminal.
template <class T>
attn::Model<T> load_model(const std::string& folder);

extern template attn::Model<float> load_model(const std::string&);
extern template attn::Model<double> load_model(const std::string&);

namespace attn::model {

extern template Transformer<float> make_transformer(const Config&, Weights&);
extern template Transformer<double> make_transformer(const Config&, Weights&);
extern template Pass<float> forward(const Transformer<float>&, const Input<float>&, const Keep&, const Hooks<float>&,
                                    Index);
extern template Pass<double> forward(const Transformer<double>&, const Input<double>&, const Keep&,
                                     const Hooks<double>&, Index);
extern template std::vector<Comparison> verify(const Transformer<float>&, const SavedRun&);
extern template std::vector<Comparison> verify(const Transformer<double>&, const SavedRun&);

}  // namespace attn::model
