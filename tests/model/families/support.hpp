// What the tests of families share: checkpoints of a few numbers, made in memory, and the steps of a model that has
// the same tensors, written out.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/transformer.hpp>
#include <attn/model/weights.hpp>

#include "catch.hpp"
#include "io/support.hpp"
#include "model/support.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace test {

using attn::Index;
using Numbers = attn::Matrix<double>;
using Strings = std::vector<std::string>;

/// Numbers from −1 to 1 that follow from a name.
Numbers numbers(const std::string& name, Index rows, Index cols);

attn::io::Array array(const std::string& name, const attn::Shape& shape, const Numbers& values);

/// Whether two matrices are the same but for rounding, that of double unless said.
bool near(const Numbers& a, const Numbers& b, double most = 1e-10);

/// The text that tiny models read: five tokens of seven, and three for a decoder behind an encoder.
attn::model::Input<double> text();

/// A forward pass that keeps weights, states, queries, keys and values.
attn::model::Pass<double> run(const attn::model::Transformer<double>& model,
                              const attn::model::Input<double>& input = text());

/// What queries see of keys, and how they are scored.
struct Rules {
  std::function<bool(Index i, Index j)> sees = [](Index, Index) { return true; };
  std::function<double(Index h, Index i, Index j)> bias = [](Index, Index, Index) { return 0.0; };
  attn::Scoring scoring = {};
};
inline bool causal(Index i, Index j) { return j <= i; }

/// The outputs of all heads side by side, by core/attention.hpp.
Numbers attention(const Numbers& q, const Numbers& k, const Numbers& v, const attn::Heads& heads,
                  const Rules& rules = {});

/// q, k or v, the n-th of three, of packed ones: each head has all three of its own side by side.
Numbers unpacked(const Numbers& qkv, Index heads, Index n);

/// A checkpoint. What begins with add puts tensors into it, whose numbers follow from their names; with(), without(),
/// renamed() and of() give a changed copy.
class Tiny {
 public:
  using Family = attn::model::Transformer<double> (*)(const attn::model::Config&, attn::model::Weights&);

  Tiny(Family family, const std::string& config) : family_(family), config_(nlohmann::json::parse(config)) {}

  Tiny& add(const std::string& name, const attn::Shape& shape);
  Tiny& set(const std::string& name, const Numbers& values);  // of a tensor that keeps its shape, or of a new matrix
  Tiny& add_linear(const std::string& name, Index in, Index out, bool bias = true);
  Tiny& add_norm(const std::string& name, Index D, bool shift = true);

  Tiny with(const std::string& key, const nlohmann::json& value) const;
  Tiny without(const std::string& part) const;                         // tensors that have this in their names
  Tiny renamed(const std::string& from, const std::string& to) const;  // what comes first in a name; "": its begin
  Tiny of(Family family) const;

  /// A tensor, all axes but the last as rows.
  const Numbers& operator[](const std::string& name) const { return tensors_.at(name).values; }
  /// Layers of these names, with a bias or a shift where there is one.
  Numbers linear(const std::string& name, const Numbers& x) const;
  Numbers norm(const std::string& name, const Numbers& x, double eps) const;
  Numbers rms(const std::string& name, const Numbers& x, double eps, double unit = 0) const;

  attn::model::Weights weights() const;
  attn::model::Transformer<double> model() const;
  attn::model::Pass<double> run(const attn::model::Input<double>& input = text()) const;
  Numbers output(const std::string& name) const { return run().outputs.at(name); }
  Numbers states() const { return output("last_hidden_state"); }
  Numbers logits() const { return output("logits"); }

  /// What is said of it, if it is refused with an E.
  template <class E>
  std::string refused() const {
    return message_of<E>([&] { model(); });
  }

 private:
  struct Tensor {
    attn::Shape shape;
    Numbers values;
  };
  Family family_;
  nlohmann::json config_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace test
