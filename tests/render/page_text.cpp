#include <attn/render/page_text.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace attn::render;

TEST_CASE("page text: markup becomes text, in elements and attributes") {
  CHECK(html_text("a < b && 'c' > \"d\" é") == "a &lt; b &amp;&amp; &#39;c&#39; &gt; &quot;d&quot; é");
}

TEST_CASE("page text: nothing in a JSON string ends its script element") {
  CHECK(json_text("</script><!--") == R"("\u003c/script\u003e\u003c!--")");
  CHECK(json_text("a\"b\\c&d") == R"("a\"b\\c\u0026d")");
  CHECK(json_text(std::string("\n\x01\x7f", 3)) == R"("\u000a\u0001\u007f")");
  CHECK(json_text("שלום 👩‍🚀") == "\"שלום 👩‍🚀\"");
  CHECK(json_text("") == "\"\"");
}

TEST_CASE("page text: lists") {
  CHECK(json_list(std::vector<std::string>{}, json_text) == "[]");
  CHECK(json_list(std::vector<std::string>{"a", "b"}, json_text) == R"(["a","b"])");
}

TEST_CASE("page text: base64, by the vectors of RFC 4648") {
  const auto of = [](const std::string& text) { return base64({text.begin(), text.end()}); };
  CHECK(of("") == "");
  CHECK(of("f") == "Zg==");
  CHECK(of("fo") == "Zm8=");
  CHECK(of("foo") == "Zm9v");
  CHECK(of("foob") == "Zm9vYg==");
  CHECK(of("fooba") == "Zm9vYmE=");
  CHECK(of("foobar") == "Zm9vYmFy");
  CHECK(base64({0xff, 0xfe, 0xfb}) == "//77");
}
