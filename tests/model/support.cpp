#include "model/support.hpp"

namespace attn::model {

template const FamiliesOf<float>& families<float>();
template const FamiliesOf<double>& families<double>();
template Transformer<float> make_transformer(const Config&, Weights&);
template Transformer<double> make_transformer(const Config&, Weights&);
template Pass<float> forward(const Transformer<float>&, const Input<float>&, const Keep&, const Hooks<float>&, Index);
template Pass<double> forward(const Transformer<double>&, const Input<double>&, const Keep&, const Hooks<double>&,
                              Index);
template Gradient<float> backward(const Transformer<float>&, const Input<float>&, const std::string&,
                                  const Matrix<float>&, const Hooks<float>&, const Hooks<float>&);
template Gradient<double> backward(const Transformer<double>&, const Input<double>&, const std::string&,
                                   const Matrix<double>&, const Hooks<double>&, const Hooks<double>&);
template std::vector<Comparison> verify(const Transformer<float>&, const SavedRun&);
template std::vector<Comparison> verify(const Transformer<double>&, const SavedRun&);

}  // namespace attn::model
