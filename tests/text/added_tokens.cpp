#include <attn/text/added_tokens.hpp>

#include "text/support.hpp"

using namespace attn::text;

namespace {

/// What is found: "a|<x>|b", tokens in < >.
std::string found(const std::vector<AddedToken>& tokens, std::string_view text) {
  std::string result;
  std::uint32_t end = 0;
  const AddedTokenFinder finder{tokens};
  finder(text, [&](Range range, const AddedToken* token) {
    CHECK(range.begin == end);
    end = range.end;
    const std::string part(text.substr(range.begin, range.size()));
    result += (result.empty() ? "" : "|") + (token ? "<" + part + "=" + std::to_string(token->id) + ">" : part);
  });
  CHECK(end == text.size());
  return result;
}

AddedToken token(int id, const std::string& content) {
  AddedToken result;
  result.id = id;
  result.content = content;
  return result;
}

}  // namespace

TEST_CASE("added tokens: found from left to right, beside each other too") {
  const std::vector<AddedToken> tokens = {token(1, "[A]"), token(2, "[B]")};
  CHECK(found(tokens, "x[A]y") == "x|<[A]=1>|y");
  CHECK(found(tokens, "[A][B][A]") == "<[A]=1>|<[B]=2>|<[A]=1>");
  CHECK(found(tokens, "[A [B") == "[A [B");
  CHECK(found(tokens, "[[A]") == "[|<[A]=1>");
  CHECK(found(tokens, "") == "");
  CHECK(found({}, "abc") == "abc");
}

TEST_CASE("added tokens: the longest one; what is within one isn't found") {
  const std::vector<AddedToken> tokens = {token(1, "ab"), token(2, "abc"), token(3, "bcd"), token(4, "")};
  CHECK(found(tokens, "abcd") == "<abc=2>|d");
  CHECK(found(tokens, "abd") == "<ab=1>|d");
  CHECK(found(tokens, "xbcd") == "x|<bcd=3>");
}

TEST_CASE("added tokens: spaces before and behind belong to a token that strips them") {
  AddedToken left = token(1, "<m>"), right = token(2, "<r>");
  left.lstrip = true;
  right.rstrip = true;
  CHECK(found({left, right}, "a \u3000<m> b") == "a|< \u3000<m>=1>| b");
  CHECK(found({left, right}, "a <r> \n b") == "a |<<r> \n =2>|b");
  CHECK(found({left, right}, "  <m>") == "<  <m>=1>");
  CHECK(found({left, right}, "<r>  ") == "<<r>  =2>");
  CHECK(found({left, right}, "<r> <m>") == "<<r> =2>|<<m>=1>");
  CHECK(found({left}, "é<m>") == "é|<<m>=1>");
}

TEST_CASE("added tokens: a single word isn't found within one") {
  AddedToken word = token(1, "cat");
  word.single_word = true;
  CHECK(found({word}, "cat") == "<cat=1>");
  CHECK(found({word}, "a cat, cats concat écat cat_ -cat-") == "a |<cat=1>|, cats concat écat cat_ -|<cat=1>|-");
  CHECK(found({word}, "中cat") == "中cat");
  CHECK(found({word}, "。cat!") == "。|<cat=1>|!");
}
