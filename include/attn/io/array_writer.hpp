// An array that is written as it comes: some rows now, more later, none kept. What is too large for the memory still
// makes a file, of any format and with the same bytes as when it is written at once (but for .npz, whose checksums then
// stand behind the data).
//
//     ArrayWriter<float> writer(file, Format::npy, {N, N}, labels);
//     writer.append(rows, count);        count elements in C order, whole rows of the last axis
//     writer.finish();                   the caller commits the file
//
// Oracle: write.hpp, which has the whole array.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/csv_write.hpp>
#include <attn/io/format.hpp>
#include <attn/io/json.hpp>
#include <attn/io/npy.hpp>
#include <attn/io/safetensors.hpp>
#include <attn/io/zip_write.hpp>

#include <memory>
#include <utility>
#include <variant>

namespace attn::io {

template <class T>
class ArrayWriter {
 public:
  /// Writes what stands before the elements. Throws ShapeError for labels that don't fit or a shape that can't be
  /// counted, UsageError for a name that the format can't hold, FileError.
  ArrayWriter(OutputFile& file, Format format, Shape shape, const ArrayLabels& labels = {}) : file_(file) {
    const auto bytes = checked_size(shape, sizeof(T));
    check_shape(bytes.has_value(), "array", "the shape", shape, "a size that a file can hold");
    left_ = *bytes / static_cast<Index>(sizeof(T));
    // The header's part of an array of this shape: its elements aren't there yet, only their number.
    const Array header{labels.name, dtype_of<T>, shape, {labels.name, nullptr, static_cast<std::size_t>(*bytes)}};
    switch (format) {
      case Format::csv:
      case Format::tsv:
        text_.template emplace<CsvRows<T>>(file, std::move(shape), labels, format == Format::csv ? ',' : '\t');
        break;
      case Format::json:
        text_.template emplace<JsonRows<T>>(file, std::move(shape), labels);
        break;
      case Format::npy:
        file.write(npy_preamble(header));
        break;
      case Format::npz:
        zip_ = std::make_unique<ZipWriter>(file, ZipMethod::stored);
        zip_->begin(header.name + ".npy");
        zip_->append(npy_preamble(header));
        break;
      case Format::safetensors:
        write_safetensors_header(file, {header});
        break;
    }
  }

  /// The next `count` elements: a multiple of the last axis.
  void append(const T* elements, Index count) {
    check_shape(count <= left_, "array", "the number of elements", {count},
                "at most the " + std::to_string(left_) + " that are missing");
    left_ -= count;
    if (auto* csv = std::get_if<CsvRows<T>>(&text_)) return csv->append(elements, count);
    if (auto* json = std::get_if<JsonRows<T>>(&text_)) return json->append(elements, count);
    const std::string_view bytes(reinterpret_cast<const char*>(elements), static_cast<std::size_t>(count) * sizeof(T));
    if (zip_)
      zip_->append(bytes);
    else
      file_.write(bytes);
  }

  /// Writes what stands behind the elements. Throws ShapeError where some are missing.
  void finish() {
    check_shape(left_ == 0, "array", "the number of elements that are missing", {left_}, "[0]");
    if (auto* csv = std::get_if<CsvRows<T>>(&text_)) csv->finish();
    if (auto* json = std::get_if<JsonRows<T>>(&text_)) json->finish();
    if (zip_) {
      zip_->end();
      zip_->finish();
    }
  }

 private:
  OutputFile& file_;
  std::variant<std::monostate, CsvRows<T>, JsonRows<T>> text_;
  std::unique_ptr<ZipWriter> zip_;
  Index left_ = 0;  // elements still to come
};

}  // namespace attn::io
