#include <attn/render/html.hpp>

#include "catch.hpp"
#include "render/support.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

using namespace attn::render;
using attn::Index;
using attn::render::test::message_of;
using Weights = attn::Matrix<float>;

namespace {

std::string written(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(name, std::ios::binary).rdbuf();
  std::filesystem::remove(name);
  return text.str();
}

PagePart small_part() {
  PagePart part;
  part.queries.labels = {"the", "cat"};
  part.Nq = part.Nk = part.rows = part.columns = 2;
  return part;
}

}  // namespace

TEST_CASE("html: a page is one file that asks for nothing else") {
  Weights weights(2, 2);
  weights << 1, 0, 0.5f, 0.5f;
  write_html("page.html", std::vector<std::vector<Weights>>{{weights, weights}}, {"the", "cat"});
  const std::string page = written("page.html");
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(page.find("default-src 'none'") != std::string::npos);
  static const std::regex outside("(src|href)=[\"']?(https?:)?//|@import|@[A-Z]+@");
  CHECK_FALSE(std::regex_search(page, outside));
  static const std::regex matrix(
      "<script type=\"text/plain\" data-kind=\"weights\" data-part=\"0\" data-layer=\"0\" data-head=\"[01]\"");
  CHECK(std::distance(std::sregex_iterator(page.begin(), page.end(), matrix), std::sregex_iterator()) == 2);
  CHECK(page.find("data-rows=\"2\" data-cols=\"2\" data-bits=\"8\" data-root=\"1\" data-low=\"0\" data-high=\"1\"") !=
        std::string::npos);
}

TEST_CASE("html: titles and labels are text, whatever is in them") {
  PagePart part = small_part();
  part.queries.labels = {"</script><img onerror=alert(1)>", " \xE2\x80\xAE"};
  PageOptions options;
  options.title = "<b>&";
  HtmlPage page("escaped.html", {part}, options);
  page.add(PageMatrix::weights, 0, 0, 0, Weights::Identity(2, 2));
  page.finish()->commit();
  const std::string text = written("escaped.html");
  CHECK(text.find("<img onerror") == std::string::npos);
  CHECK(text.find("<title>&lt;b&gt;&amp;</title>") != std::string::npos);
  CHECK(text.find(R"("\u003c/script\u003e\u003cimg onerror=alert(1)\u003e")") != std::string::npos);
  CHECK(text.find("\"·\\\\u202e\"") != std::string::npos);  // invisible characters are made visible
}

TEST_CASE("html: what doesn't fit is named, and nothing is written") {
  using attn::ShapeError, attn::UsageError;
  const Weights three = Weights::Zero(3, 3);
  {
    HtmlPage page("none.html", {small_part()}, {});
    CHECK(message_of<ShapeError>([&] { page.add(PageMatrix::weights, 0, 0, 0, three); }) ==
          "html: attention: the matrix weights is [3 x 3], expected [2 x 2]; it must fit the tokens");
    CHECK(message_of<UsageError>([&] { page.add(PageMatrix::weights, 0, 1, 0, three); }) ==
          "html: there is no part 0, layer 1, head 0");
    CHECK(message_of<UsageError>([&] { page.finish(); }) ==
          "html: 0 maps were added, expected 1: one for each layer and head, two where they are pooled");
  }
  PagePart part = small_part();
  part.queries.labels.push_back("sat");
  CHECK(message_of<ShapeError>([&] { HtmlPage("none.html", {part}, {}); }) ==
        "html: attention, queries: there are 3 labels, expected 2, one for each token");
  part = small_part();
  part.queries.word_edges = {0, 1};
  part.queries.word_labels = {"the"};
  CHECK(message_of<ShapeError>([&] { HtmlPage("none.html", {part}, {}); }) ==
        "html: attention, queries: the words don't cover the tokens, expected edges from 0 to 2 and a label between "
        "two of them");
  CHECK(message_of<UsageError>([&] {
          HtmlPage("none.html", {small_part()}, {"", "tree"});
        }) == "html: there is no view \"tree\", expected head, model, neuron or map");
  CHECK(message_of<UsageError>([&] {
          HtmlPage("none.html", {small_part()}, {"", "", false, 4});
        }) == "html: bits is 4, expected 8 or 16");
  CHECK(message_of<UsageError>([&] { write_html("none.html", std::vector<std::vector<Weights>>{}, {}); }) ==
        "html: there are no maps, expected maps[layer][head]");
  CHECK(message_of<UsageError>([&] {
          write_html("none.html", std::vector<std::vector<Weights>>{{three, three}, {three}}, {"a", "b", "c"});
        }) == "html: layer 1 has 1 heads, expected 2 as in layer 0");
  CHECK_FALSE(std::filesystem::exists("none.html"));
}

TEST_CASE("html: a pooled part has means and maxima, and needs no labels") {
  PagePart part = small_part();
  part.queries.labels.clear();
  part.Nq = part.Nk = 1000;
  HtmlPage page("pooled.html", {part}, {});
  page.add(PageMatrix::mean, 0, 0, 0, Weights::Identity(2, 2));
  page.add(PageMatrix::max, 0, 0, 0, Weights::Identity(2, 2));
  const std::size_t size = page.size();
  page.finish()->commit();
  const std::string text = written("pooled.html");
  CHECK(size < text.size());
  CHECK(text.find("\"cells\":{\"queries\":1000,\"keys\":1000}") != std::string::npos);
  CHECK(text.find("\"view\":\"map\"") != std::string::npos);
}
