#include <attn/io/buffered_text.hpp>

#include "catch.hpp"
#include "io/support.hpp"

TEST_CASE("buffered text: arrives whole and in order, however long the pieces are") {
  const test::Folder folder;
  std::string expected;
  {
    attn::OutputFile file(folder / "a.txt");
    attn::io::BufferedText out(file);
    for (int i = 0; i < 20000; ++i) {
      out.put_number(static_cast<double>(i));
      out.put(i % 2 ? '\n' : ',');
      out.put("abc");
      expected += std::to_string(i) + (i % 2 ? "\n" : ",") + "abc";
    }
    const std::string long_text(200'000, 'x');
    out.put(long_text);
    out.put("end");
    expected += long_text + "end";
    out.flush();
    file.commit();
  }
  CHECK(test::content(folder / "a.txt") == expected);
}
