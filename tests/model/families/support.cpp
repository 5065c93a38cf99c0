#include "model/families/support.hpp"

#include <random>

namespace test {

Numbers numbers(const std::string& name, Index rows, Index cols) {
  std::seed_seq seed(name.begin(), name.end());
  std::mt19937 random(seed);
  return Numbers::NullaryExpr(rows, cols, [&] { return std::ldexp(static_cast<double>(random()), -31) - 1; });
}

attn::io::Array array(const std::string& name, const attn::Shape& shape, const Numbers& values) {
  const attn::Tensor<double> tensor(shape);
  std::copy_n(values.data(), tensor.size(), tensor.data());
  return attn::io::to_array(tensor, name);
}

bool near(const Numbers& a, const Numbers& b, double most) {
  return a.rows() == b.rows() && a.cols() == b.cols() && (a - b).cwiseAbs().maxCoeff() < most;
}

attn::model::Input<double> text() {
  attn::model::Input<double> input;
  input.ids = {3, 1, 4, 1, 5};
  input.decoder_ids = {2, 6, 5};
  return input;
}

attn::model::Pass<double> run(const attn::model::Transformer<double>& model, const attn::model::Input<double>& input) {
  using attn::model::Site;
  attn::model::Keep keep;
  keep.sites = {Site::q, Site::k, Site::v};
  keep.states = true;
  return forward(model, input, keep);
}

Numbers attention(const Numbers& q, const Numbers& k, const Numbers& v, const attn::Heads& heads, const Rules& rules) {
  const Index dk = q.cols() / heads.H, dv = v.cols() / heads.Hkv;
  Numbers output(q.rows(), heads.H * dv);
  for (Index h = 0; h < heads.H; ++h) {
    const Index g = heads.group(h);
    const auto bias = [&](Index i, Index j) { return rules.bias(h, i, j); };
    output.middleCols(h * dv, dv) =
        attn::attention(Numbers(q.middleCols(h * dk, dk)), Numbers(k.middleCols(g * dk, dk)),
                        Numbers(v.middleCols(g * dv, dv)), rules.sees, bias, rules.scoring)
            .output;
  }
  return output;
}

Numbers unpacked(const Numbers& qkv, Index heads, Index n) {
  const Index d = qkv.cols() / heads / 3;
  Numbers part(qkv.rows(), heads * d);
  for (Index h = 0; h < heads; ++h) part.middleCols(h * d, d) = qkv.middleCols((3 * h + n) * d, d);
  return part;
}

Tiny& Tiny::add(const std::string& name, const attn::Shape& shape) {
  const Index cols = shape.back();
  Index rows = 1;
  for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) rows *= shape[axis];
  tensors_[name] = {shape, numbers(name, rows, cols)};
  return *this;
}

Tiny& Tiny::set(const std::string& name, const Numbers& values) {
  Tensor& tensor = tensors_[name];
  if (tensor.shape.empty()) tensor.shape = {values.rows(), values.cols()};
  tensor.values = values;
  return *this;
}

Tiny& Tiny::add_linear(const std::string& name, Index in, Index out, bool bias) {
  if (bias) add(name + ".bias", {out});
  return add(name + ".weight", {out, in});
}

Tiny& Tiny::add_norm(const std::string& name, Index D, bool shift) {
  if (shift) add(name + ".bias", {D});
  return add(name + ".weight", {D});
}

Tiny Tiny::with(const std::string& key, const nlohmann::json& value) const {
  Tiny changed = *this;
  changed.config_[key] = value;
  return changed;
}

Tiny Tiny::without(const std::string& part) const {
  Tiny changed = *this;
  std::erase_if(changed.tensors_, [&](const auto& tensor) { return contains(tensor.first, part); });
  return changed;
}

Tiny Tiny::renamed(const std::string& from, const std::string& to) const {
  Tiny changed = *this;
  changed.tensors_.clear();
  for (const auto& [name, tensor] : tensors_) {
    std::string other = name;
    if (const auto at = name.find(from); at != std::string::npos) other.replace(at, from.size(), to);
    changed.tensors_[other] = tensor;
  }
  return changed;
}

Tiny Tiny::of(Family family) const {
  Tiny changed = *this;
  changed.family_ = family;
  return changed;
}

Numbers Tiny::linear(const std::string& name, const Numbers& x) const {
  Numbers y = x * (*this)[name + ".weight"].transpose();
  if (tensors_.count(name + ".bias")) y.rowwise() += (*this)[name + ".bias"].row(0);
  return y;
}

Numbers Tiny::norm(const std::string& name, const Numbers& x, double eps) const {
  return attn::norm_layer(x, (*this)[name + ".weight"], (*this)[name + ".bias"], eps);
}

Numbers Tiny::rms(const std::string& name, const Numbers& x, double eps, double unit) const {
  return attn::norm_rms(x, (*this)[name + ".weight"], eps, unit);
}

attn::model::Weights Tiny::weights() const {
  std::vector<attn::io::Array> arrays;
  for (const auto& [name, tensor] : tensors_) arrays.push_back(array(name, tensor.shape, tensor.values));
  return attn::model::Weights(std::move(arrays), "tiny");
}

attn::model::Transformer<double> Tiny::model() const {
  attn::model::Weights w = weights();
  return family_(attn::model::Config(config_.dump(), "config.json"), w);
}

attn::model::Pass<double> Tiny::run(const attn::model::Input<double>& input) const { return test::run(model(), input); }

}  // namespace test
