// Matrices as text: .csv and .tsv after RFC 4180, read here, written by csv_write.hpp.
//
// Accepted: quoted fields, CRLF, a UTF-8 byte order mark, spaces around numbers, no newline at the end, empty lines at
// the end; nan and inf. The point is the decimal separator whatever the locale.
//
// What is a label is decided by the corner, the first field of the first row:
//     header        the first row, if the corner is empty, or no field of the row is a number, or the corner isn't a
//                   number while the second row begins with one
//     row labels    the first column of several, if there is a header with an empty corner, or the first row of data
//                   doesn't begin with a number
//     tidy table    a header with the name "query" and no empty corner: the columns before it are indices (layer,
//                   head …) and become axes, that column has the row labels, the columns after it are the keys
#pragma once

#include <attn/io/array.hpp>
#include <attn/io/csv_cursor.hpp>
#include <attn/io/tidy_rows.hpp>

#include <memory>
#include <utility>

namespace attn::io {

enum class Presence { detect, yes, no };

struct CsvOptions {
  Presence header = Presence::detect;  // a first row of column labels
  Presence labels = Presence::detect;  // a first column of row labels
  char separator = ',';
};

namespace detail {

inline bool is_index(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

struct CsvLayout {
  bool header = false;
  bool labels = false;
  std::size_t index_columns = 0;    // of a tidy table, before the labels
  std::vector<std::string> fields;  // of the first row
};

inline CsvLayout csv_layout(CsvCursor cursor, const CsvOptions& options) {
  CsvLayout layout;
  layout.fields = cursor.row();
  const std::vector<std::string>& first = layout.fields;
  const std::vector<std::string> second = cursor.at_end() ? std::vector<std::string>{} : cursor.row();
  const bool second_is_number = !second.empty() && is_number(second[0]);
  const auto numbers = std::count_if(first.begin(), first.end(), [](const auto& field) { return is_number(field); });
  const bool corner_is_number = is_number(first[0]);
  layout.header = options.header == Presence::detect
                      ? first[0].empty() || numbers == 0 || (!corner_is_number && second_is_number)
                      : options.header == Presence::yes;
  const bool data_is_number = layout.header ? second_is_number : corner_is_number;
  const bool labelled = (layout.header && first[0].empty()) || !data_is_number;
  layout.labels = options.labels == Presence::detect ? labelled && first.size() > 1  // labels need something to label
                                                     : options.labels == Presence::yes;
  // A token may be called "query": then the corner is empty, or what stands before it is no index.
  const std::size_t query = static_cast<std::size_t>(std::find(first.begin(), first.end(), "query") - first.begin());
  if (layout.header && options.labels == Presence::detect && !first[0].empty() && query < second.size() &&
      std::all_of(second.begin(), second.begin() + static_cast<std::ptrdiff_t>(query), is_index)) {
    layout.index_columns = query;
    layout.labels = true;
  }
  return layout;
}

/// Labels that only count 0, 1, 2 … say nothing.
inline void drop_counting(std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] != std::to_string(i)) return;
  labels.clear();
}

}  // namespace detail

/// The numbers of a table, float64 [rows x columns], or [axes … x rows x columns] from a tidy table. Throws FormatError
/// with line and column.
inline Array read_csv(const Bytes& file, const CsvOptions& options = {}) {
  CsvCursor cursor(file.name, file.text(), options.separator);
  if (cursor.at_end()) throw FormatError(file.name + ": is empty, expected rows of numbers");
  const detail::CsvLayout layout = detail::csv_layout(cursor, options);
  const std::size_t leading = layout.index_columns + (layout.labels ? 1 : 0);
  const std::size_t width = layout.fields.size();
  if (layout.header) cursor.row();
  if (cursor.at_end())
    throw FormatError(file.name + ": line 1 is a header and no row follows, expected rows of numbers");
  if (width <= leading)
    throw FormatError(file.name + ": line 1: no column of numbers: " + std::to_string(width) + " fields, " +
                      std::to_string(leading) + " of them labels");

  Array array;
  const auto values = std::make_shared<std::vector<double>>();
  TidyRows groups(layout.index_columns);
  Index rows = 0;
  for (; !cursor.at_end(); ++rows) {
    cursor.begin_row(width);
    groups.begin_row();
    for (std::size_t i = 0; i < layout.index_columns && !cursor.row_ended(); ++i) groups.index(cursor.field());
    if (layout.labels && !cursor.row_ended()) array.row_labels.push_back(cursor.field());
    while (!cursor.row_ended()) values->push_back(cursor.number());
    cursor.end_row();
    groups.end_row();
    // From the first row on it's known about how many there will be; growing step by step would copy them several
    // times.
    if (rows == 0) values->reserve(values->size() * (cursor.bytes_left() / cursor.bytes_in_row() + 2));
  }

  array.shape = groups.shape(file.name, rows);
  array.shape.push_back(static_cast<Index>(width - leading));
  groups.merge_labels(array.row_labels);
  if (layout.index_columns > 0) {
    array.axis_names.assign(layout.fields.begin(), layout.fields.begin() + static_cast<Index>(layout.index_columns));
    array.axis_indices = groups.indices();
  }
  if (layout.header)
    array.column_labels.assign(layout.fields.begin() + static_cast<Index>(leading), layout.fields.end());
  detail::drop_counting(array.row_labels);
  detail::drop_counting(array.column_labels);
  array.bytes = {file.name, std::shared_ptr<std::byte[]>(values, reinterpret_cast<std::byte*>(values->data())),
                 values->size() * sizeof(double)};
  return array;
}

}  // namespace attn::io
