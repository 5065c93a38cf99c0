#include "table.hpp"

#include "progress.hpp"

#include <attn/io/csv_write.hpp>
#include <attn/io/json.hpp>
#include <attn/io/npz.hpp>
#include <attn/io/safetensors.hpp>
#include <attn/io/write.hpp>

#include <cmath>

using attn::Index;
using attn::io::Array;
using attn::io::BufferedText;
using attn::io::Format;

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// A column as an array that shares its memory.
template <class Stored, class Value>
Array array_of(const std::string& name, const std::vector<Value>& values) {
  static_assert(sizeof(Stored) == sizeof(Value));
  auto* bytes = reinterpret_cast<std::byte*>(const_cast<Value*>(values.data()));
  const auto keep = [](std::byte*) {};
  return {name,
          attn::io::dtype_of<Stored>,
          {static_cast<Index>(values.size())},
          {name, std::shared_ptr<std::byte[]>(bytes, keep), values.size() * sizeof(Value)}};
}

const std::string& label_of(const std::vector<std::string>& labels, Index i) {
  static const std::string none;
  return i < 0 ? none : labels[static_cast<std::size_t>(i)];
}

}  // namespace

template <class T>
void Table<T>::check_format(const std::string& path) {
  if (attn::io::check_output_format(path) == Format::npy)
    throw attn::UsageError(path +
                           ": is .npy, expected .csv .tsv .json .npz or .safetensors: a table has several columns");
}

template <class T>
std::unique_ptr<attn::OutputFile> Table<T>::prepare(const std::string& path) const {
  const Progress progress = Progress::writing(path);
  auto file = std::make_unique<attn::OutputFile>(path);
  const Format format = attn::io::check_output_format(path);
  if (format == Format::npz || format == Format::safetensors) {
    std::vector<Array> arrays;
    for (const Column& column : columns_)
      std::visit(
          Overloaded{[&](const Indices& values) { arrays.push_back(array_of<std::int64_t>(column.name, values)); },
                     [&](const Numbers& values) { arrays.push_back(array_of<T>(column.name, values)); },
                     [](const Labels&) {}},
          column.values);
    if (format == Format::npz)
      attn::io::write_npz(*file, arrays);
    else
      attn::io::write_safetensors(*file, arrays);
    return file;
  }

  BufferedText out(*file);
  if (format == Format::json) {
    const char* before = "{";
    for (const Column& column : columns_) {
      out.put(before + attn::io::json_string(column.name) + ": [");
      before = "],\n ";
      const auto put_all = [&](const auto& values, const auto& put) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (i > 0) out.put(", ");
          put(values[i]);
        }
      };
      std::visit(
          Overloaded{[&](const Indices& values) { put_all(values, [&](Index i) { out.put(std::to_string(i)); }); },
                     [&](const Numbers& values) {
                       put_all(values, [&](T x) {
                         if (std::isfinite(x))
                           out.put_number(x);
                         else
                           out.put("null");
                       });
                     },
                     [&](const Labels& values) {
                       put_all(*values.indices,
                               [&](Index i) { out.put(attn::io::json_string(label_of(*values.labels, i))); });
                     }},
          column.values);
    }
    out.put("]}\n");
    out.flush();
    return file;
  }

  const char separator = format == Format::tsv ? '\t' : ',';
  std::size_t rows = 0;
  for (const Column& column : columns_) {
    if (&column != &columns_.front()) out.put(separator);
    out.put(column.name);
    if (const auto* indices = std::get_if<Indices>(&column.values)) rows = indices->size();
  }
  out.put('\n');
  for (std::size_t i = 0; i < rows; ++i) {
    for (const Column& column : columns_) {
      if (&column != &columns_.front()) out.put(separator);
      std::visit(Overloaded{[&](const Indices& values) { out.put(std::to_string(values[i])); },
                            [&](const Numbers& values) { out.put_number(values[i]); },
                            [&](const Labels& values) {
                              out.put(attn::io::csv_field(label_of(*values.labels, (*values.indices)[i]), separator));
                            }},
                 column.values);
    }
    out.put('\n');
  }
  out.flush();
  return file;
}

template class Table<float>;
template class Table<double>;
