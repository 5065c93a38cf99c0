#include <attn/text/aligned_text.hpp>

#include "text/support.hpp"

using namespace attn::text;
using test::shown;

TEST_CASE("aligned text: an unchanged text stands for itself, character by character") {
  CHECK(shown(AlignedText("aé中", 0)) == "a:0-1 é:1-3 中:3-6");
  CHECK(shown(AlignedText("aé", 10)) == "a:10-11 é:11-13");
  CHECK(shown(AlignedText()) == "");
  const AlignedText text("é中", 5);
  CHECK(text.origin(0) == Range{5, 7});
  CHECK(text.origin(1) == Range{5, 7});
  CHECK(text.origin(4) == Range{7, 10});
  CHECK(text.origin(Range{0, 5}) == Range{5, 10});
  CHECK(text.origin(Range{2, 2}) == Range{});
  CHECK(text.all() == Range{0, 5});
}

TEST_CASE("aligned text: characters are kept, replaced, inserted and skipped") {
  const AlignedText text("Café A", 0);
  Rewriter rewriter(text);
  rewriter.replace(U'c');
  rewriter.keep(2);
  rewriter.replace(U'e');
  rewriter.insert(U'\u0301');
  rewriter.skip();
  rewriter.insert_before_next(U'▁');
  CHECK(rewriter.at() == 6);
  CHECK(rewriter.written() == 9);
  CHECK(shown(rewriter.finish()) == "c:0-1 a:1-2 f:2-3 e:3-5 \u0301:3-5 ▁:6-7 A:6-7");
}

TEST_CASE("aligned text: what is inserted at the ends") {
  const AlignedText text("é", 4);
  Rewriter rewriter(text);
  rewriter.insert(U'<');
  rewriter.keep(2);
  rewriter.insert(U'>');
  rewriter.insert_before_next(U'.');
  rewriter.replace(U'!');
  rewriter.insert(U'x', Range{1, 9});
  CHECK(shown(rewriter.finish()) == "<:0-0 é:4-6 >:4-6 .:6-6 !:6-6 x:1-9");
  Rewriter of_nothing(AlignedText("", 7));
}

TEST_CASE("aligned text: changes counted as Hugging Face counts them") {
  const AlignedText text("abcdé", 0);
  Rewriter rewriter(text);
  rewriter.write(U'A', 0);
  rewriter.write(U'+', 1);
  rewriter.write(U'B', -2);
  rewriter.write(U'E', -7);
  CHECK(shown(rewriter.finish()) == "A:0-1 +:0-1 B:1-2 E:4-6");
}

TEST_CASE("aligned text: a second change keeps the places of the first") {
  const AlignedText text("éa中b", 3);
  Rewriter first(text);
  first.replace(U'e');
  first.insert(U'\u0301');
  first.skip();
  const AlignedText changed = first.finish();
  REQUIRE(shown(changed) == "e:3-5 \u0301:3-5 中:6-9 b:9-10");
  Rewriter second(changed);
  second.keep(1);
  second.skip(2);
  second.insert(U'x');
  CHECK(shown(second.finish()) == "e:3-5 x:6-9 b:9-10");
  CHECK(shown(changed.slice({3, 7})) == "中:6-9 b:9-10");
}

TEST_CASE("aligned text: a part of it has the places of the whole") {
  CHECK(shown(AlignedText("aé中b", 10).slice({1, 6})) == "é:11-13 中:13-16");
  AlignedText text("ABC", 2);
  text.change_bytes([](char c) { return static_cast<char>(c + 32); });
  CHECK(shown(text) == "a:2-3 b:3-4 c:4-5");
}
