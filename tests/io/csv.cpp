#include <attn/io/csv.hpp>

#include <attn/io/mapped_file.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::FormatError;
using attn::Matrix;
using attn::Shape;
using Labels = std::vector<std::string>;

namespace {

Array read(const std::string& text, const CsvOptions& options = {}) {
  return read_csv(copy_bytes("scores.csv", text), options);
}
Array read_data(const std::string& name) { return read_csv(MappedFile(test::data_path(name)).bytes()); }
std::string message(const std::string& text, const CsvOptions& options = {}) {
  return test::message_of<FormatError>([&] { read(text, options); });
}
Matrix<double> matrix(const Array& array) { return to_tensor<double>(array).matrix(); }
Matrix<double> two_by_two(double a, double b, double c, double d) {
  Matrix<double> m(2, 2);
  m << a, b, c, d;
  return m;
}

}  // namespace

TEST_CASE("csv: numbers alone") {
  const Array array = read("1,-2.5\n1e-5,+4\n");
  CHECK(array.shape == Shape{2, 2});
  CHECK(matrix(array) == two_by_two(1, -2.5, 1e-5, 4));
  CHECK(array.row_labels.empty());
  CHECK(array.column_labels.empty());
  CHECK(read("1\n2\n3").shape == Shape{3, 1});
  CHECK(read("7").shape == Shape{1, 1});
  CHECK(std::isnan(matrix(read("nan,inf\n1,2\n"))(0, 0)));
}

TEST_CASE("csv: a header and labels are found") {
  SECTION("header with an empty corner") {
    const Array array = read(",the,cat\nthe,1,0\n1984,0.5,0.5\n");
    CHECK(array.row_labels == Labels{"the", "1984"});
    CHECK(array.column_labels == Labels{"the", "cat"});
    CHECK(matrix(array) == two_by_two(1, 0, 0.5, 0.5));
  }
  SECTION("column labels alone") {
    const Array array = read("the,cat\n1,0\n0.5,0.5\n");
    CHECK(array.row_labels.empty());
    CHECK(array.column_labels == Labels{"the", "cat"});
    CHECK(read("the,1984\n1,0\n").column_labels == Labels{"the", "1984"});
  }
  SECTION("row labels alone") {
    const Array array = read("the,1,0\ncat,0.5,0.5\n");
    CHECK(array.row_labels == Labels{"the", "cat"});
    CHECK(array.column_labels.empty());
    CHECK(read("the,1,0\n").row_labels == Labels{"the"});
  }
  SECTION("a corner with a text in it") {
    const Array array = read("token,the,cat\nthe,1,0\ncat,0.5,0.5\n");
    CHECK(array.row_labels == Labels{"the", "cat"});
    CHECK(array.column_labels == Labels{"the", "cat"});
  }
  SECTION("labels that only count are none") {
    const Array array = read(",0,1\n0,1,0\n1,0.5,0.5\n");
    CHECK(array.row_labels.empty());
    CHECK(array.column_labels.empty());
    CHECK(array.shape == Shape{2, 2});
  }
  SECTION("a header of numbers can be forced") {
    CHECK(read("10,20\n1,2\n", {.header = Presence::yes}).column_labels == Labels{"10", "20"});
    CHECK(read("10,1,2\n20,3,4\n", {.labels = Presence::yes}).row_labels == Labels{"10", "20"});
    CHECK(test::contains(message("a,b\n1,2\n", {.header = Presence::no, .labels = Presence::no}), "line 1, column 1"));
  }
}

TEST_CASE("csv: files of other programs") {
  CHECK(read_data("savetxt.csv").shape == Shape{3, 4});
  CHECK(matrix(read_data("savetxt.csv"))(2, 3) == 3);
  const Array pandas = read_data("pandas.csv");
  CHECK(pandas.row_labels == Labels{"The", "cat, the"});
  CHECK(matrix(pandas) == two_by_two(1, 0, 0.25, 0.75));
  const Array excel = read_data("excel.csv");
  CHECK(excel.column_labels == Labels{"Ключ", "a \"b\""});
  CHECK(excel.row_labels == Labels{"Запрос", "q"});
  CHECK(matrix(excel) == two_by_two(1, 2, 3, 4));
  CHECK(test::contains(test::message_of<FormatError>([] { read_data("savetxt_spaces.csv"); }),
                       "is not a number; is the file separated by spaces? NumPy writes commas with np.savetxt("));
}

TEST_CASE("csv: a tidy table becomes axes") {
  const Array array = read("layer,head,query,the,cat\n2,0,the,1,0\n2,0,cat,.5,.5\n2,3,the,1,0\n2,3,cat,.1,.9\n");
  CHECK(array.shape == Shape{1, 2, 2, 2});
  CHECK(array.axis_names == Labels{"layer", "head"});
  CHECK(array.axis_indices == std::vector<std::vector<attn::Index>>{{2}, {0, 3}});
  CHECK(array.row_labels == Labels{"the", "cat"});
  CHECK(array.column_labels == Labels{"the", "cat"});
  CHECK(Matrix<double>(to_tensor<double>(array).matrix(1)) == two_by_two(1, 0, .1, .9));
  CHECK(read("query,a,b\n0,1,2\n1,3,4\n").shape == Shape{2, 2});
}

TEST_CASE("csv: what is wrong is said with line and column") {
  CHECK(message("") == "scores.csv: is empty, expected rows of numbers");
  CHECK(message("\r\n\n") == "scores.csv: is empty, expected rows of numbers");
  CHECK(message("a,b\n") == "scores.csv: line 1 is a header and no row follows, expected rows of numbers");
  CHECK(message("1,2\n3,abc\n") == "scores.csv: line 2, column 2: \"abc\" is not a number");
  CHECK(message("1,2\n3,\n") ==
        "scores.csv: line 2, column 2: is empty, expected a number; write nan for a missing one");
  CHECK(message("1,2,3,4,5\n1,2,3,4,5\n6,7,8\n") == "scores.csv: line 3: 3 fields, expected 5 as in line 1");
  CHECK(message("1,2\n3,4,5\n") == "scores.csv: line 2: 3 fields, expected 2 as in line 1");
  CHECK(message("1,2\n\n3,4\n") == "scores.csv: line 2: an empty line, expected 2 fields as in line 1");
  CHECK(message("1\n\n3\n") == "scores.csv: line 2: an empty line, expected 1 field as in line 1");
  CHECK(message(",a,b\nx,1,2\ny\n") == "scores.csv: line 3: 1 field, expected 3 as in line 1");
  CHECK(message("1,2\n3,1e999\n") == "scores.csv: line 2, column 2: \"1e999\" is too large, expected at most 1.8e308");
  CHECK(message(",a\n\"x\ny\",1\nz,u\n") == "scores.csv: line 4, column 2: \"u\" is not a number");
  CHECK(message("1,2\nx,3\n") ==
        "scores.csv: line 2, column 1: \"x\" is not a number; for a column of labels, leave the first field of the "
        "header empty");
  CHECK(test::contains(message("0,1;0,2\n0,3;0,4\n"), "columns are separated by ','"));
  CHECK(test::contains(message("1\t2\n3\t4\n"), "call it .tsv"));
  CHECK(test::contains(message("1,2\n3,4\n", {.separator = '\t'}), "call it .csv"));
  CHECK(test::contains(message(",a\nx,1\n\"l\xE9\",2\n"), "line 3, column 1: \"l\\xe9\" isn't UTF-8 at byte 1"));
  CHECK(test::contains(message("1e999,2\n3,4\n"), "line 1, column 1: \"1e999\" is too large"));
}

TEST_CASE("csv: a token may be called query") {
  for (const Labels& tokens : {Labels{"query", "b", "c"}, Labels{"a", "query", "c"}, Labels{"a", "b", "query"}}) {
    const std::string header = "," + tokens[0] + "," + tokens[1] + "," + tokens[2] + "\n";
    const Array array = read(header + "x,1,2,3\ny,4,5,6\n");
    CHECK(array.shape == Shape{2, 3});
    CHECK(array.column_labels == tokens);
    CHECK(array.row_labels == Labels{"x", "y"});
  }
  CHECK(read("the,query,key\n0.2,0.3,0.5\n").shape == Shape{1, 3});
}
