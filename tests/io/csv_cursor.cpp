#include <attn/io/csv_cursor.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using Fields = std::vector<std::string>;

namespace {

std::vector<Fields> rows(const std::string& text, char separator = ',') {
  const std::string name = "a.csv";
  CsvCursor cursor(name, text, separator);
  std::vector<Fields> all;
  while (!cursor.at_end()) all.push_back(cursor.row());
  return all;
}

}  // namespace

TEST_CASE("csv cursor: fields, quotes, line ends") {
  CHECK(rows("a,b\nc,d\n") == std::vector<Fields>{{"a", "b"}, {"c", "d"}});
  CHECK(rows("a,b\r\nc,d") == std::vector<Fields>{{"a", "b"}, {"c", "d"}});
  CHECK(rows("\"a,\"\"b\"\"\",\"c\nd\"\r\n,\n") == std::vector<Fields>{{"a,\"b\"", "c\nd"}, {"", ""}});
  CHECK(rows("a\tb,c", '\t') == std::vector<Fields>{{"a", "b,c"}});
  CHECK(rows("\xef\xbb\xbf"
             "a") == std::vector<Fields>{{"a"}});
  CHECK(rows("a\n\n\r\n") == std::vector<Fields>{{"a"}});
  CHECK(rows("").empty());
}

TEST_CASE("csv cursor: numbers may be quoted or have spaces around them") {
  const std::string name = "a.csv", text = "1, 2 ,\"3\",\" 4\",5 \r\n";
  CsvCursor cursor(name, text, ',');
  cursor.begin_row(5);
  for (const double expected : {1, 2, 3, 4, 5}) CHECK(cursor.number() == expected);
  CHECK(cursor.row_ended());
  CHECK_NOTHROW(cursor.end_row());
}

TEST_CASE("csv cursor: is_number") {
  CHECK(is_number(" 1.5 "));
  CHECK(is_number("nan"));
  CHECK_FALSE(is_number(""));
  CHECK_FALSE(is_number("  "));
  CHECK_FALSE(is_number("1 2"));
  CHECK_FALSE(is_number("the"));
}

TEST_CASE("csv cursor: bad quotes say where") {
  const auto message = [](const std::string& text) { return test::message_of<attn::FormatError>([&] { rows(text); }); };
  CHECK(message("a,b\nc,\"d\n") == "a.csv: line 2, column 2: a quoted field without its closing quote");
  CHECK(message("\"a\nb\"c,d\n") ==
        "a.csv: line 2, column 1: text after the closing quote: \"c,d\\n\"; a quote inside a quoted field is written "
        "twice");
}
