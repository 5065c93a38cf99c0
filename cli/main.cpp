// attn: attention weights from files, as numbers and as pictures.
#include "exit_code.hpp"
#include "help_format.hpp"
#include "verbs/verbs.hpp"

#include <attn/version.hpp>

#include <cstdio>
#include <memory>
#include <new>

namespace {

constexpr const char* kExamples = R"(Examples:
  attn demo                                                   a first map, from input that attn brings along
  attn explain                                                the same computation, step by step
  attn weights --query q.npy --key k.npy -o weights.csv       the weights of Q and K
  attn heatmap --query q.npy --key k.npy --show               the same as a picture in the terminal
  attn heatmap --weights attention.npy --head 0 -o map.png    a picture of attention from PyTorch, JAX, Keras …

Each verb has its own help: attn heatmap --help)";

int fail(ExitCode code, const std::string& message) {
  std::fprintf(stderr, "attn: error: %s\n", message.c_str());
  return static_cast<int>(code);
}

int run(int argc, char** argv) {
  CLI::App app("Computes attention, keeps the weights, and shows them.", "attn");
  app.set_version_flag("--version", std::string("attn ") + ATTN_VERSION);
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(kExamples);
  app.require_subcommand(0, 1);
  add_weights_verb(app);
  add_heatmap_verb(app);
  add_explain_verb(app);
  add_demo_verb(app);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) std::fputs(app.help().c_str(), stdout);
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::string verb;
    for (const CLI::App* chosen : app.get_subcommands()) verb = chosen->get_name() + " ";
    return fail(ExitCode::usage, std::string(error.what()) + "; see attn " + verb + "--help");
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const attn::Error& error) {
    return fail(exit_code(error), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::internal, "not enough memory for this input; choose fewer heads with --head");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, std::string("internal: ") + error.what());
  }
}
