#include "arrays.hpp"

#include "memory.hpp"
#include "progress.hpp"

#include <attn/io/array_writer.hpp>
#include <attn/io/read.hpp>
#include <attn/io/write.hpp>

#include <filesystem>

namespace {
bool is_stdin(const std::string& spec) { return spec == "-" || spec.starts_with("-:"); }
}  // namespace

void claim_stdin(const std::string& spec) {
  static bool claimed = false;
  if (is_stdin(spec) && claimed)
    throw attn::UsageError("stdin: is wanted by two options, but can be read only once; save it to a file first");
  claimed = claimed || is_stdin(spec);
}

attn::io::Array read_array(const std::string& spec) {
  claim_stdin(spec);
  const Progress progress = Progress::reading(spec);
  return attn::io::read_array(spec);
}

std::string shown_name(const std::string& spec) { return is_stdin(spec) ? "stdin" + spec.substr(1) : spec; }

void check_output_file(const std::string& path) {
  attn::io::check_output_format(path);
  attn::OutputFile::check(path);
}

namespace {

/// Throws FileError where `numbers` numbers can't fit on the disk: before they are computed and not after it.
void check_space(const std::string& path, attn::io::Format format, const attn::Shape& shape, std::size_t size) {
  namespace fs = std::filesystem;
  const bool is_text =
      format == attn::io::Format::csv || format == attn::io::Format::tsv || format == attn::io::Format::json;
  double bytes = is_text ? 2 : static_cast<double>(size);  // "0," at least
  for (const attn::Index n : shape) bytes *= static_cast<double>(n);
  std::error_code unknown;
  if (path == "-" || path == "/dev/stdout" || (fs::exists(path, unknown) && !fs::is_regular_file(path, unknown)))
    return;
  const fs::path folder = fs::path(path).parent_path();
  const fs::space_info space = fs::space(folder.empty() ? fs::path(".") : folder, unknown);
  if (unknown || bytes <= static_cast<double>(space.available)) return;
  throw attn::FileError(path + ": can't write: " + attn::to_string(shape) + " numbers take " +
                        (is_text ? "at least " : "") + shown_bytes(bytes) + ", expected at most the " +
                        shown_bytes(static_cast<double>(space.available)) +
                        " that are free on the disk; --pool and --size, --rows and --cols, or --top-k make less");
}

template <class T>
class RowsToFile : public RowsFile<T> {
 public:
  RowsToFile(const std::string& path, const attn::Shape& shape, const attn::io::ArrayLabels& labels)
      : file_(open(path, shape)), writer_(*file_, attn::io::check_output_format(path), shape, labels) {}

  void append(const attn::ConstView<T>& rows) override {
    if (rows.outerStride() == rows.cols()) return writer_.append(rows.data(), rows.size());
    for (attn::Index i = 0; i < rows.rows(); ++i) writer_.append(rows.data() + i * rows.outerStride(), rows.cols());
  }

  std::unique_ptr<attn::OutputFile> finish() override {
    writer_.finish();
    return std::move(file_);
  }

 private:
  static std::unique_ptr<attn::OutputFile> open(const std::string& path, const attn::Shape& shape) {
    check_space(path, attn::io::check_output_format(path), shape, sizeof(T));
    return std::make_unique<attn::OutputFile>(path);
  }

  std::unique_ptr<attn::OutputFile> file_;
  attn::io::ArrayWriter<T> writer_;
};

}  // namespace

template <class T>
std::unique_ptr<RowsFile<T>> open_rows(const std::string& path, const attn::Shape& shape,
                                       const attn::io::ArrayLabels& labels) {
  return std::make_unique<RowsToFile<T>>(path, shape, labels);
}
template std::unique_ptr<RowsFile<float>> open_rows(const std::string&, const attn::Shape&,
                                                    const attn::io::ArrayLabels&);
template std::unique_ptr<RowsFile<double>> open_rows(const std::string&, const attn::Shape&,
                                                     const attn::io::ArrayLabels&);

template <class T>
std::unique_ptr<attn::OutputFile> prepare_array(const std::string& path, const attn::Tensor<T>& tensor,
                                                const attn::io::ArrayLabels& labels) {
  const Progress progress = Progress::writing(path);
  auto file = std::make_unique<attn::OutputFile>(path);
  attn::io::write_array(*file, attn::io::check_output_format(path), tensor, labels);
  return file;
}
template std::unique_ptr<attn::OutputFile> prepare_array(const std::string&, const attn::Tensor<float>&,
                                                         const attn::io::ArrayLabels&);
template std::unique_ptr<attn::OutputFile> prepare_array(const std::string&, const attn::Tensor<double>&,
                                                         const attn::io::ArrayLabels&);

template attn::Tensor<float> attn::io::to_tensor<float>(const attn::io::Array&);
template attn::Tensor<double> attn::io::to_tensor<double>(const attn::io::Array&);
