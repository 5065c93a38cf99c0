// attn: attention weights from files, as numbers and as pictures.
#include "console.hpp"
#include "exit_code.hpp"
#include "help_format.hpp"
#include "memory.hpp"
#include "nearest_name.hpp"
#include "verbs/verbs.hpp"

#include <attn/base/freed_memory.hpp>
#include <attn/base/output_file.hpp>
#include <attn/version.hpp>

#include <csignal>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

constexpr const char* kExamples = R"(Examples:
  attn demo                                                   a first map, of a model that attn brings along
  attn explain                                                how weights are computed, step by step
  attn weights --query q.npy --key k.npy -o weights.csv       the weights of Q and K
  attn heatmap --query q.npy --key k.npy --show               the same as a picture in the terminal
  attn heatmap --weights attention.npy --head 0 -o map.png    a picture of attention from PyTorch, JAX, Keras …
  attn heatmap --query long-q.npy --key long-k.npy --size 512 -o long.png   the same of a long sequence, pooled
  attn heatmap --model bert-base-uncased "The cat sat." -o heads.png   every layer and head of a checkpoint
  attn view --model bert-base-uncased "The cat sat." -o view.html   the same to click through, in a browser
  attn info --model bert-base-uncased                         what a checkpoint is
  attn tokenize --model bert-base-uncased "The cat sat."      the tokens that a model reads

Each verb has its own help: attn heatmap --help)";

/// Ctrl-C and its kin leave no half file, on any file system; what was ignored stays so.
void clean_up_when_interrupted() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    action.sa_flags = SA_RESETHAND;
    action.sa_handler = [](int number) {
      attn::OutputFile::remove_unfinished();
      ::raise(number);  // now it ends the program, as the shell expects
    };
    ::sigaction(signal, &action, nullptr);
  }
}

int fail(ExitCode code, const std::string& message) {
  say_error(message);
  return static_cast<int>(code);
}

/// What nobody expected, and what may have been meant by the first of it: an option of the verb, or a verb.
std::string describe_extras(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining(true);
  std::string what = "unexpected:";
  for (const std::string& word : extras) what += " " + word;
  std::vector<std::string> names;
  const auto chosen = app.get_subcommands();
  if (chosen.empty())
    for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
  else
    for (const CLI::Option* option : chosen.front()->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string word = extras.front().substr(0, extras.front().find('='));
  const std::string meant = chosen.empty() || word.starts_with("--") ? nearest_name(word, names) : "";
  return meant.empty() ? what : what + "; did you mean " + meant + "?";
}

int run(int argc, char** argv) {
  CLI::App app("Computes attention, keeps the weights, and shows them.", "attn");
  app.set_version_flag("--version", std::string("attn ") + ATTN_VERSION);
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(kExamples);
  app.require_subcommand(0, 1);
  add_weights_verb(app);
  add_heatmap_verb(app);
  add_view_verb(app);
  add_explain_verb(app);
  add_tokenize_verb(app);
  add_decode_verb(app);
  add_info_verb(app);
  add_verify_verb(app);
  add_demo_verb(app, argv[0]);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) std::fputs(app.help().c_str(), stdout);
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::string what = error.what(), verb;
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) what = describe_extras(app);
    for (const CLI::App* chosen : app.get_subcommands()) verb = chosen->get_name() + " ";
    return fail(ExitCode::usage, what + (what.ends_with('?') ? "" : ";") + " see attn " + verb + "--help");
  }
}

}  // namespace

int main(int argc, char** argv) {
  attn::keep_freed_memory(std::size_t{256} << 20);
  clean_up_when_interrupted();
  try {
    const int code = run(argc, argv);
    flush_stdout();
    return code;
  } catch (const attn::Error& error) {
    return fail(exit_code(error), error.what());
  } catch (const MemoryError& error) {
    return fail(ExitCode::internal, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::internal,
                "not enough memory; choose fewer maps with --layer, --head, --batch, a part with --rows and --cols, or "
                "fewer cells with --size");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, std::string("internal: ") + error.what());
  }
}
