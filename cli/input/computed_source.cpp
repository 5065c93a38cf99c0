#include "input/computed_source.hpp"

#include <attn/base/error.hpp>
#include <attn/kernel/row_blocks.hpp>

#include <cmath>

template <class T>
void ComputedSource<T>::map(MapIndex index, Eigen::Ref<attn::Matrix<T>> weights, attn::Matrix<T>* output) {
  if (mask_.any())
    compute(index, mask_, weights, output);
  else
    compute(index, attn::NoMask{}, weights, output);
  // Q and K are finite, so a row that is NaN, as a whole then, had a score too large for T.
  for (attn::Index i = 0; i < weights.rows(); ++i)
    if (std::isnan(weights(i, 0))) {
      const std::string name = this->name_of(index);
      throw attn::NumericError(
          "attention: " + name + (name.empty() ? "row " : ", row ") + std::to_string(i) + ": a score exceeds what " +
          (sizeof(T) == 4 ? "float" : "double") + " can hold, " + "expected finite scores; " +
          (sizeof(T) == 4 ? "save Q and K as float64, or choose a smaller --scale" : "choose a smaller --scale"));
    }
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
