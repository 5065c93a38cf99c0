// Pages for the browser's tests, of numbers that are made up but look like attention: the same ones each time.
//
//     attn_make_pages FOLDER
#include <attn/core/softmax.hpp>
#include <attn/render/html.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace render = attn::render;
using attn::Index;
using Weights = attn::Matrix<float>;

namespace {

constexpr float kHidden = -std::numeric_limits<float>::infinity();

/// Scores of a head: by its number it prefers the first token, the one before, the same one, or none.
Weights scores_of(Index Nq, Index Nk, int head, bool causal = false) {
  std::minstd_rand random(static_cast<unsigned>(head) + 1);
  Weights scores(Nq, Nk);
  for (Index i = 0; i < Nq; ++i)
    for (Index j = 0; j < Nk; ++j) {
      float score = static_cast<float>(random() % 1000) / 400.0f;
      if (head % 4 == 0 && j == 0) score += 4;
      if (head % 4 == 1 && j + 1 == i) score += 5;
      if (head % 4 == 2 && j == i) score += 3;
      scores(i, j) = causal && j > i ? kHidden : score;
    }
  return scores;
}

Weights weights_of(Index Nq, Index Nk, int head, bool causal = false) {
  return attn::softmax(scores_of(Nq, Nk, head, causal));
}

std::vector<std::string> numbered(const std::string& word, Index size) {
  std::vector<std::string> names;
  for (Index i = 0; i < size; ++i) names.push_back(word + std::to_string(i));
  return names;
}

render::PagePart part_of(Index N, Index layers, Index heads) {
  render::PagePart part;
  part.note = "Weights after softmax: a row is a query, and sums to 1.";
  part.queries.labels = numbered("token", N);
  part.layers = numbered("", layers);
  part.heads = numbered("", heads);
  part.Nq = part.Nk = part.rows = part.columns = N;
  return part;
}

/// `layers` x `heads` maps of N tokens.
void write_page(const std::string& path, Index N, Index layers, Index heads) {
  render::PageOptions options;
  options.title = std::to_string(layers * heads) + " heads of " + std::to_string(N) + " tokens";
  render::HtmlPage page(path, {part_of(N, layers, heads)}, options);
  for (Index layer = 0; layer < layers; ++layer)
    for (Index head = 0; head < heads; ++head)
      page.add(render::PageMatrix::weights, 0, static_cast<std::size_t>(layer), static_cast<std::size_t>(head),
               weights_of(N, N, static_cast<int>(layer * heads + head)));
  page.finish()->commit();
}

/// Two segments, special tokens, words of several pieces, neurons; 2 layers x 9 heads, with all digits.
void write_pair(const std::string& path) {
  render::PagePart part = part_of(9, 2, 9);
  part.queries.labels = {"[CLS]", "un", "##break", "##able", "cat", "[SEP]", "it", "slept", "[SEP]"};
  part.queries.special = {true, false, false, false, false, true, false, false, true};
  part.queries.segments = {0, 0, 0, 0, 0, 0, 1, 1, 1};
  part.queries.word_edges = {0, 1, 4, 5, 6, 7, 8, 9};
  part.queries.word_labels = {"[CLS]", "unbreakable", "cat", "[SEP]", "it", "slept", "[SEP]"};
  part.rules = {{0.5, ""}, {0.5, "plus a bias of the distance"}};
  render::PageOptions options;
  options.title = "A pair of sentences";
  options.bits = 16;
  render::HtmlPage page(path, {part}, options);
  for (std::size_t layer = 0; layer < 2; ++layer)
    for (std::size_t head = 0; head < 9; ++head) {
      const int n = static_cast<int>(9 * layer + head);
      // q and k whose products are the scores: q = scores / 0.5, k = 1, padded by a fourth column of zeros.
      const Weights scores = scores_of(9, 9, n);
      Weights q(9, 12), k = Weights::Zero(9, 12);
      q.setZero();
      q.leftCols(9) = scores * 2.0f;
      k.leftCols(9).setIdentity();
      // Those of the last head were changed after softmax.
      page.add(render::PageMatrix::weights, 0, layer, head, n == 17 ? Weights::Identity(9, 9) : attn::softmax(scores));
      page.add(render::PageMatrix::q, 0, layer, head, q);
      page.add(render::PageMatrix::k, 0, layer, head, k);
      page.add(render::PageMatrix::scores, 0, layer, head, scores);
    }
  page.finish()->commit();
}

/// One head of 2,000 tokens with 64 neurons.
void write_neurons(const std::string& path) {
  constexpr Index kTokens = 2000, kNeurons = 64;
  render::PagePart part = part_of(kTokens, 1, 1);
  part.rules = {{0.125, ""}};
  std::minstd_rand random(1);
  const auto normal = [&] { return static_cast<float>(random() % 2000) / 1000.0f - 1.0f; };
  const Weights q = Weights::NullaryExpr(kTokens, kNeurons, normal),
                k = Weights::NullaryExpr(kTokens, kNeurons, normal);
  const Weights scores = 0.125f * q * k.transpose();
  render::HtmlPage page(path, {part}, {"2,000 keys", "neuron"});
  page.add(render::PageMatrix::weights, 0, 0, 0, attn::softmax(scores));
  page.add(render::PageMatrix::q, 0, 0, 0, q);
  page.add(render::PageMatrix::k, 0, 0, 0, k);
  page.add(render::PageMatrix::scores, 0, 0, 0, scores);
  page.finish()->commit();
}

/// An encoder, a decoder and what it looks at in the encoder; tokens that are no friends of web pages.
void write_parts(const std::string& path) {
  const std::vector<std::string> encoder{"</script><img src=x onerror=alert(1)>",
                                         "שלום",
                                         "مرحبا",
                                         "👩‍🚀",
                                         "&amp;",
                                         "<b>bold</b>",
                                         "\xE2\x80\xAE"
                                         "evil",
                                         "a\nb"};
  const std::vector<std::string> decoder{"<!--", "]]>", "' \" `", "é"};
  const auto Ne = static_cast<Index>(encoder.size()), Nd = static_cast<Index>(decoder.size());
  std::vector<render::PagePart> parts{part_of(Ne, 2, 2), part_of(Nd, 2, 2), part_of(Nd, 2, 2)};
  parts[0].name = "encoder";
  parts[1].name = "decoder";
  parts[2].name = "cross";
  parts[0].queries.labels = encoder;
  parts[1].queries.labels = parts[2].queries.labels = decoder;
  parts[2].keys = render::PageSide{encoder, {}, {}, {}, {}};
  parts[2].Nk = parts[2].columns = Ne;
  render::PageOptions options;
  options.title = "Three parts </title><script>alert(1)</script>";
  options.bits = 16;
  render::HtmlPage page(path, parts, options);
  for (std::size_t part = 0; part < 3; ++part)
    for (std::size_t layer = 0; layer < 2; ++layer)
      for (std::size_t head = 0; head < 2; ++head)
        page.add(render::PageMatrix::weights, part, layer, head,
                 weights_of(parts[part].Nq, parts[part].Nk, static_cast<int>(4 * part + 2 * layer + head), part == 1));
  page.finish()->commit();
}

/// Cells of 100,000 tokens: each mean and maximum can be told from its place.
void write_pooled(const std::string& path) {
  constexpr Index kTokens = 100'000, kCells = 1024;
  render::PagePart part = part_of(kTokens, 1, 2);
  part.queries.labels.clear();
  part.rows = part.columns = kCells;
  render::PageOptions options;
  options.title = "100,000 tokens";
  render::HtmlPage page(path, {part}, options);
  for (std::size_t head = 0; head < 2; ++head) {
    Weights mean = weights_of(kCells, kCells, static_cast<int>(head), true), max = mean;
    mean *= static_cast<float>(kCells) / kTokens;
    page.add(render::PageMatrix::mean, 0, 0, head, mean);
    page.add(render::PageMatrix::max, 0, 0, head, max);
  }
  page.finish()->commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "attn_make_pages FOLDER\n"), 2;
  const std::string folder = std::string(argv[1]) + "/";
  write_pair(folder + "pair.html");
  write_parts(folder + "parts.html");
  write_page(folder + "bert128.html", 128, 12, 12);
  write_page(folder + "bert512.html", 512, 12, 12);
  write_page(folder + "long2000.html", 2000, 1, 2);
  write_neurons(folder + "neurons2000.html");
  write_pooled(folder + "pooled.html");
}
