// A table whose columns have names: of numbers, indices and labels. For results that are no matrix.
#pragma once

#include "arrays.hpp"

#include <deque>
#include <string>
#include <variant>
#include <vector>

template <class T>
class Table {
 public:
  using Indices = std::vector<attn::Index>;
  using Numbers = std::vector<T>;

  /// What another column's indices are called; that of −1 is empty.
  struct Labels {
    const Indices* indices;
    const std::vector<std::string>* labels;
  };

  /// A new column, to be filled. The reference stays good.
  Indices& indices(const std::string& name) { return add(name, Indices()); }
  Numbers& numbers(const std::string& name) { return add(name, Numbers()); }
  void labels(const std::string& name, const Indices& indices, const std::vector<std::string>& labels) {
    add(name, Labels{&indices, &labels});
  }

  /// Throws UsageError where columns with names don't go into such a file: .npy.
  static void check_format(const std::string& path);

  /// .csv and .tsv a line a row, .json a list for each column, .npz and .safetensors an array for each column of
  /// numbers. The file appears on commit(). Throws FileError.
  std::unique_ptr<attn::OutputFile> prepare(const std::string& path) const;

 private:
  struct Column {
    std::string name;
    std::variant<Indices, Numbers, Labels> values;
  };
  template <class Values>
  Values& add(const std::string& name, Values values) {
    return std::get<Values>(columns_.emplace_back(Column{name, std::move(values)}).values);
  }

  std::deque<Column> columns_;  // columns don't move when others come
};
