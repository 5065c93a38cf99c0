#include <attn/text/encoding.hpp>

#include "text/support.hpp"

using attn::Encoding;

namespace {
Encoding some(int count) {
  Encoding encoding;
  for (int id = 0; id < count; ++id) encoding.add_special(id, std::to_string(id), id);
  return encoding;
}
std::vector<std::size_t> sizes(const Encoding& e) {
  return {e.ids.size(),     e.tokens.size(), e.bytes.size(),     e.code_points.size(), e.type_ids.size(),
          e.special.size(), e.words.size(),  e.sequences.size(), e.padding.size()};
}
}  // namespace

TEST_CASE("encoding: a special token isn't in the text") {
  Encoding encoding;
  encoding.add_special(7, "[X]", 1);
  encoding.add_special(8, "[P]", 0, true);
  CHECK(encoding.ids == std::vector<int>{7, 8});
  CHECK(encoding.tokens == test::Strings{"[X]", "[P]"});
  CHECK(encoding.bytes[0] == attn::text::Range{0, 0});
  CHECK(encoding.type_ids == std::vector<int>{1, 0});
  CHECK(encoding.words[0] == -1);
  CHECK(encoding.sequences[0] == -1);
  CHECK(encoding.special[0] == 1);
  CHECK(encoding.padding[0] == 0);
  CHECK(encoding.padding[1] == 1);
}

TEST_CASE("encoding: the first tokens, the last ones, and two encodings as one") {
  Encoding first = some(5), last = some(5), same = some(2);
  first.truncate(2);
  last.truncate(2, true);
  same.truncate(3);
  CHECK(first.ids == std::vector<int>{0, 1});
  CHECK(last.tokens == test::Strings{"3", "4"});
  CHECK(same.size() == 2);
  first.append(last);
  CHECK(first.ids == std::vector<int>{0, 1, 3, 4});
  CHECK(first.type_ids == first.ids);
  CHECK(sizes(first) == std::vector<std::size_t>(9, 4));
  last.truncate(0);
  CHECK(sizes(last) == std::vector<std::size_t>(9, 0));
}
