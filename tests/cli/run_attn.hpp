// Runs the real executable in a folder of its own, as a person at a terminal would.
#pragma once

#include <attn/io/safetensors.hpp>
#include <attn/io/write.hpp>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <set>
#include <string>
#include <utility>

#include <sys/wait.h>

namespace cli {

struct Result {
  int code;
  std::string out, err;
};

inline std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// A BERT of two layers with two heads that hasn't been trained, for the vocabulary of examples/data/tiny-bert.
inline void write_bert(const std::filesystem::path& folder, attn::Index V) {
  constexpr attn::Index D = 8, F = 12, P = 40;
  std::ofstream(folder / "config.json")
      << R"({"model_type": "bert", "vocab_size": )" << V << R"(, "hidden_size": 8, "num_hidden_layers": 2, )"
      << R"("num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 40, "type_vocab_size": 2})";
  std::vector<attn::io::Array> arrays;
  const auto add = [&](const std::string& name, const attn::Shape& shape) {
    attn::Tensor<float> tensor(shape);
    for (attn::Index i = 0; i < tensor.size(); ++i)
      tensor.data()[i] = static_cast<float>(std::sin(static_cast<double>(i * i % 101 + 7 * arrays.size())));
    arrays.push_back(attn::io::to_array(tensor, name));
  };
  const auto add_linear = [&](const std::string& name, attn::Index out, attn::Index in) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {D});
    add(name + ".bias", {D});
  };
  add("embeddings.word_embeddings.weight", {V, D});
  add("embeddings.position_embeddings.weight", {P, D});
  add("embeddings.token_type_embeddings.weight", {2, D});
  add_norm("embeddings.LayerNorm");
  for (const char* layer : {"encoder.layer.0.", "encoder.layer.1."}) {
    for (const char* name : {"query", "key", "value"}) add_linear(layer + std::string("attention.self.") + name, D, D);
    add_linear(layer + std::string("attention.output.dense"), D, D);
    add_norm(layer + std::string("attention.output.LayerNorm"));
    add_linear(layer + std::string("intermediate.dense"), F, D);
    add_linear(layer + std::string("output.dense"), D, F);
    add_norm(layer + std::string("output.LayerNorm"));
  }
  attn::OutputFile file((folder / "model.safetensors").string());
  attn::io::write_safetensors(file, arrays);
  file.commit();
}

/// A folder with the arrays that the documentation's examples name, all of them in float32:
/// q, k, v [2 heads x 4 x 8], x [4 x 8], wq wk wv wo [8 x 8], attention [2 layers x 1 x 2 heads x 4 x 4], tokens.txt,
/// long-q, long-k [2048 x 16], ids.txt, the project's examples folder, its small tokenizers by the names of large ones,
/// and with the one of BERT a model; expected, what transformers computed with examples/models/tiny-bert-copy.
class Workspace {
 public:
  Workspace() {
    std::string name = (std::filesystem::temp_directory_path() / "attn-cli-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    const char* matrices[] = {"q", "k", "v", "x", "wq", "wk", "wv", "wo"};
    for (int n = 0; n < 8; ++n) {
      attn::Tensor<float> tensor(n < 3 ? attn::Shape{2, 4, 8} : n == 3 ? attn::Shape{4, 8} : attn::Shape{8, 8});
      for (attn::Index i = 0; i < tensor.size(); ++i)
        tensor.data()[i] = static_cast<float>(std::sin(static_cast<double>(i * 7 + n * 13 + i * i % 5)));
      attn::io::write_array((path_ / (std::string(matrices[n]) + ".npy")).string(), tensor);
    }
    for (const char* long_name : {"long-q", "long-k"}) {
      attn::Tensor<float> tensor({2048, 16});
      for (attn::Index i = 0; i < tensor.size(); ++i)
        tensor.data()[i] =
            static_cast<float>(std::sin(static_cast<double>(i * i % 997 + i % 16 * (long_name[5] - 'a'))));
      attn::io::write_array((path_ / (std::string(long_name) + ".npy")).string(), tensor);
    }
    attn::Tensor<float> attention({2, 1, 2, 4, 4});
    for (attn::Index n = 0; n < 4; ++n) {
      auto map = attention.matrix(n);
      for (attn::Index i = 0; i < 4; ++i) {
        for (attn::Index j = 0; j < 4; ++j) map(i, j) = static_cast<float>(1 + (i * 3 + j * 5 + n) % 7);
        map.row(i) /= map.row(i).sum();
      }
    }
    attn::io::write_array((path_ / "attention.npy").string(), attention);
    std::filesystem::create_directory_symlink(ATTN_SOURCE_DIR "/examples", path_ / "examples");
    std::filesystem::create_directory_symlink(ATTN_SOURCE_DIR "/tests/data/model/tiny-bert-copy/a", path_ / "expected");
    for (const auto& [large, small] : {std::pair{"bert-base-uncased", "tiny-bert"}, {"gpt2", "tiny-gpt2"}})
      std::filesystem::copy(std::string(ATTN_SOURCE_DIR "/examples/data/") + small, path_ / large);
    write_bert(path_ / "bert-base-uncased", 88);
    std::ofstream(path_ / "tokens.txt") << "machine\nlearning\nis\nfascinating\n";
    std::ofstream(path_ / "ids.txt") << "2 62 63 64 3\n[2, 76, 77, 3]\n";
  }
  ~Workspace() { std::filesystem::remove_all(path_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// Runs a line of shell in the folder, with `attn` on the PATH.
  Result run(const std::string& line) const {
    const std::string out = (path_ / ".out").string(), err = (path_ / ".err").string();
    std::ofstream(path_ / ".line") << line << "\n";
    const std::string command = "cd '" + path_.string() + "' && PATH='" ATTN_BIN_DIR "':\"$PATH\" sh .line >'" + out +
                                "' 2>'" + err + "' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content(out), content(err)};
  }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  /// Names of the visible files, to see that nothing unexpected was left.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      const std::string name = entry.path().filename().string();
      if (name != ".out" && name != ".err" && name != ".line") names.insert(name);
    }
    return names;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace cli
