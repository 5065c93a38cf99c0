#include "input/computed_source.hpp"

#include <attn/kernel/row_blocks.hpp>

template <class T>
void ComputedSource<T>::map(MapIndex index, Eigen::Ref<attn::Matrix<T>> weights, attn::Matrix<T>* output) {
  if (mask_.any())
    compute(index, mask_, weights, output);
  else
    compute(index, attn::NoMask{}, weights, output);
}

template <class T>
template <class M>
void ComputedSource<T>::compute(MapIndex index, const M& mask, Eigen::Ref<attn::Matrix<T>> weights,
                                attn::Matrix<T>* output) const {
  if (output == nullptr) {
    attn::attention_weights_by_row_blocks(q(index), k(index), mask, attn::NoBias{}, scoring_, weights);
    return;
  }
  output->resize(this->Nq, this->dv);
  attn::attention_by_row_blocks(q(index), k(index), v(index), mask, attn::NoBias{}, scoring_, *output, weights);
}

template class ComputedSource<float>;
template class ComputedSource<double>;
