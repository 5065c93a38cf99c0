// One HTML file with attention in it, to be looked at in a browser, offline: as lines between tokens, all heads at
// once, the neurons of a query, and a map to zoom into. It makes no request, and its policy allows none.
//
//     attn::render::write_html("attention.html", pass.weights.at(Part::encoder), tokens);
//
// Pages of more, or of maps that come one after the other and aren't held, are made with HtmlPage. The page's own HTML,
// style and script are readable files in attn/render/page, which CMake makes into a header.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/output_file.hpp>
#include <attn/base/shape.hpp>
#include <attn/render/colormap.hpp>
#include <attn/render/deflate.hpp>
#include <attn/render/html_options.hpp>
#include <attn/render/label.hpp>
#include <attn/render/number.hpp>
#include <attn/render/packed_numbers.hpp>
#include <attn/render/page_source.hpp>
#include <attn/render/page_text.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::render {

class HtmlPage {
 public:
  /// Begins the file. Throws FileError where it can't be written, ShapeError where a part's tokens and sizes disagree,
  /// FormatError for a label that isn't UTF-8, UsageError for a view that there isn't.
  HtmlPage(const std::string& path, std::vector<PagePart> parts, const PageOptions& options);

  /// The next matrix, in any order, for places of a layer and a head in the lists of the part. Throws ShapeError.
  void add(PageMatrix kind, std::size_t part, std::size_t layer, std::size_t head, const ConstView<float>& numbers);

  /// Bytes so far.
  std::size_t size() const { return size_; }

  /// Ends the file, which appears on its commit(). Throws UsageError where maps are missing.
  std::unique_ptr<OutputFile> finish();

 private:
  static constexpr std::array<const char*, 6> kNames{"weights", "mean", "max", "q", "k", "scores"};

  static std::string source();
  static std::string manifest(const std::vector<PagePart>& parts, const PageOptions& options);
  void write(std::string_view text) {
    file_->write(text);
    size_ += text.size();
  }
  std::string name_of(std::size_t part, std::size_t layer, std::size_t head) const;

  std::vector<PagePart> parts_;
  int bits_;
  std::unique_ptr<OutputFile> file_;
  std::size_t size_ = 0, maps_ = 0;
  std::string end_;  // of the page, behind its data
};

/// A page of the maps of one attention: maps[layer][head], matrices [Nq x Nk] of one size. `keys` are the columns'
/// labels where they aren't the rows'. Throws what HtmlPage throws.
template <class Maps>
void write_html(const std::string& path, const Maps& maps, std::vector<std::string> queries,
                std::vector<std::string> keys = {}, PageOptions options = {}) {
  PagePart part;
  part.note = "Weights after softmax: a row is a query, and sums to 1.";
  part.queries.labels = std::move(queries);
  if (!keys.empty()) part.keys = PageSide{std::move(keys), {}, {}, {}, {}};
  if (maps.empty() || maps[0].empty()) throw UsageError("html: there are no maps, expected maps[layer][head]");
  const auto names = [](std::size_t size) {
    std::vector<std::string> all;
    for (std::size_t n = 0; n < size; ++n) all.push_back(std::to_string(n));
    return all;
  };
  part.layers = names(maps.size());
  part.heads = names(maps[0].size());
  part.Nq = part.rows = maps[0][0].rows();
  part.Nk = part.columns = maps[0][0].cols();
  HtmlPage page(path, {part}, options);
  for (std::size_t layer = 0; layer < maps.size(); ++layer) {
    if (maps[layer].size() != part.heads.size())
      throw UsageError("html: layer " + std::to_string(layer) + " has " + std::to_string(maps[layer].size()) +
                       " heads, expected " + std::to_string(part.heads.size()) + " as in layer 0");
    for (std::size_t head = 0; head < part.heads.size(); ++head)
      page.add(PageMatrix::weights, 0, layer, head, Matrix<float>(maps[layer][head].template cast<float>()));
  }
  page.finish()->commit();
}

// ---- how

namespace detail {

/// A list of texts, made visible as on other pictures.
inline std::string json_labels(const std::vector<std::string>& labels, const std::string& where) {
  return json_list(label_texts(labels, where, Joiners::kept),
                   [](const std::u32string& text) { return json_text(encode_utf8(text)); });
}

template <class T>
std::string json_numbers(const std::vector<T>& numbers) {
  return json_list(numbers, [](auto x) { return std::to_string(static_cast<long long>(x)); });
}

inline void check_side(const PageSide& side, Index size, bool pooled, const std::string& where) {
  const auto check = [&](const char* what, std::size_t given, bool needed) {
    if (given == static_cast<std::size_t>(size) || (given == 0 && !needed)) return;
    throw ShapeError("html: " + where + ": there are " + std::to_string(given) + " " + what + ", expected " +
                     std::to_string(size) + ", one for each token");
  };
  check("labels", side.labels.size(), !pooled);
  check("special tokens", side.special.size(), false);
  check("segments", side.segments.size(), false);
  const std::vector<Index>& edges = side.word_edges;
  if (edges.empty() && side.word_labels.empty()) return;
  bool fits = edges.size() == side.word_labels.size() + 1 && edges.front() == 0 && edges.back() == size;
  for (std::size_t w = 1; fits && w < edges.size(); ++w) fits = edges[w - 1] < edges[w];
  if (!fits)
    throw ShapeError("html: " + where + ": the words don't cover the tokens, expected edges from 0 to " +
                     std::to_string(size) + " and a label between two of them");
}

inline std::string json_side(const PageSide& side, const std::string& where) {
  std::string json = "{\"labels\":" + json_labels(side.labels, where);
  const std::vector<bool> none(side.labels.size(), false);
  json += ",\"special\":" + json_numbers(side.special.empty() ? none : side.special);
  if (!side.segments.empty()) json += ",\"segments\":" + json_numbers(side.segments);
  if (!side.word_labels.empty())
    json += ",\"words\":{\"labels\":" + json_labels(side.word_labels, where + "'s word") +
            ",\"edges\":" + json_numbers(side.word_edges) + "}";
  return json + "}";
}

/// A number that reads back as the same.
inline std::string exact_number(double x) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, x).ptr};
}

}  // namespace detail

inline std::string HtmlPage::source() {
  std::string page;
  for (const std::string_view piece : detail::kPageSource) page += piece;
  return page;
}

inline std::string HtmlPage::manifest(const std::vector<PagePart>& parts, const PageOptions& options) {
  std::string json = "{\"view\":" + json_text(options.view.empty() ? parts[0].pooled() ? "map" : "head" : options.view);
  json += ",\"theme\":" + json_text(options.dark ? "dark" : "");
  json += ",\"title\":" + json_text(options.title);
  json += ",\"colormaps\":{";
  for (const std::string& name : colormap_names()) {
    json += (json.back() == '{' ? "" : ",") + json_text(name) + ":\"";
    for (const Color& color : colormap(name).colors)
      for (const std::uint8_t channel : {color.r, color.g, color.b})
        json += {"0123456789abcdef"[channel >> 4], "0123456789abcdef"[channel & 15]};
    json += '"';
  }
  json += "},\"parts\":[";
  for (const PagePart& part : parts) {
    if (json.back() != '[') json += ',';
    json += "{\"name\":" + json_text(part.name) + ",\"note\":" + json_text(part.note);
    json += ",\"bits\":" + std::to_string(options.bits);
    json += ",\"rows\":" + std::to_string(part.rows) + ",\"cols\":" + std::to_string(part.columns);
    json += ",\"queries\":" + detail::json_side(part.queries, "query");
    if (part.keys) json += ",\"keys\":" + detail::json_side(*part.keys, "key");
    json += ",\"layers\":" + json_list(part.layers, json_text) + ",\"heads\":" + json_list(part.heads, json_text);
    if (part.pooled())
      json += ",\"cells\":{\"queries\":" + std::to_string(part.Nq) + ",\"keys\":" + std::to_string(part.Nk) + "}";
    if (!part.rules.empty())
      json += ",\"rules\":" + json_list(part.rules, [](const PageRule& rule) {
                return "{\"scale\":" + detail::exact_number(rule.scale) + ",\"then\":" + json_text(rule.then) + "}";
              });
    json += '}';
  }
  return json + "]}";
}

inline HtmlPage::HtmlPage(const std::string& path, std::vector<PagePart> parts, const PageOptions& options)
    : parts_(std::move(parts)), bits_(options.bits) {
  if (parts_.empty()) throw UsageError("html: there are no parts, expected one at least");
  const std::string& view = options.view;
  if (!view.empty() && view != "head" && view != "model" && view != "neuron" && view != "map")
    throw UsageError("html: there is no view \"" + view + "\", expected head, model, neuron or map");
  if (bits_ != 8 && bits_ != 16) throw UsageError("html: bits is " + std::to_string(bits_) + ", expected 8 or 16");
  for (const PagePart& part : parts_) {
    detail::check_side(part.queries, part.Nq, part.pooled(), part.name + ", queries");
    detail::check_side(part.keys ? *part.keys : part.queries, part.Nk, part.pooled(), part.name + ", keys");
    if (!part.rules.empty() && part.rules.size() != part.layers.size())
      throw ShapeError("html: " + part.name + ": there are " + std::to_string(part.rules.size()) +
                       " rules, expected one for each of the " + std::to_string(part.layers.size()) + " layers");
  }
  const std::string json = manifest(parts_, options);
  std::string begin = source();
  const std::string data = "@DATA@\n", title = "@TITLE@";
  const std::size_t at = begin.find(data);
  end_ = begin.substr(at + data.size());
  begin.resize(at);
  for (std::size_t place = 0; (place = begin.find(title, place)) != std::string::npos;) {
    const std::string text = html_text(options.title);
    begin.replace(place, title.size(), text);
    place += text.size();
  }
  file_ = std::make_unique<OutputFile>(path);
  write(begin);
  write("<script type=\"application/json\" id=\"page\">" + json + "</script>\n");
}

inline std::string HtmlPage::name_of(std::size_t part, std::size_t layer, std::size_t head) const {
  const PagePart& its = parts_[part];
  std::string name = its.name;
  if (!its.layers[layer].empty()) name += ", layer " + its.layers[layer];
  if (!its.heads[head].empty()) name += ", head " + its.heads[head];
  return name;
}

inline void HtmlPage::add(PageMatrix kind, std::size_t part, std::size_t layer, std::size_t head,
                          const ConstView<float>& numbers) {
  if (part >= parts_.size() || layer >= parts_[part].layers.size() || head >= parts_[part].heads.size())
    throw UsageError("html: there is no part " + std::to_string(part) + ", layer " + std::to_string(layer) + ", head " +
                     std::to_string(head));
  const PagePart& its = parts_[part];
  const std::string name = kNames[static_cast<std::size_t>(kind)];
  const bool is_map = kind == PageMatrix::weights || kind == PageMatrix::mean || kind == PageMatrix::max;
  const Index rows = kind == PageMatrix::k ? its.Nk : is_map ? its.rows : its.Nq;
  const Index columns = kind == PageMatrix::scores ? its.Nk : is_map ? its.columns : numbers.cols();
  check_shape(numbers.rows() == rows && numbers.cols() == columns, "html: " + name_of(part, layer, head),
              "the matrix " + name, {numbers.rows(), numbers.cols()}, to_string(Shape{rows, columns}),
              "it must fit the tokens");
  const PackedNumbers packed = pack_numbers(numbers, is_map ? bits_ : 16);
  std::string element = "<script type=\"text/plain\" data-kind=\"" + name + "\"";
  const auto attribute = [&](const char* of, const std::string& value) {
    element += std::string(" data-") + of + "=\"" + value + "\"";
  };
  attribute("part", std::to_string(part));
  attribute("layer", std::to_string(layer));
  attribute("head", std::to_string(head));
  attribute("rows", std::to_string(rows));
  attribute("cols", std::to_string(columns));
  attribute("bits", std::to_string(packed.bits));
  attribute("root", packed.root ? "1" : "0");
  attribute("low", detail::exact_number(static_cast<double>(packed.low)));
  attribute("high", detail::exact_number(static_cast<double>(packed.high)));
  element += ">" + base64(zlib_compress(packed.bytes.data(), packed.bytes.size(), Effort::normal)) + "</script>\n";
  write(element);
  maps_ += is_map;
}

inline std::unique_ptr<OutputFile> HtmlPage::finish() {
  std::size_t expected = 0;
  for (const PagePart& part : parts_) expected += part.layers.size() * part.heads.size() * (part.pooled() ? 2 : 1);
  if (maps_ != expected)
    throw UsageError("html: " + std::to_string(maps_) + " maps were added, expected " + std::to_string(expected) +
                     ": one for each layer and head, two where they are pooled");
  write(end_);
  return std::move(file_);
}

}  // namespace attn::render
