#include "pages.hpp"

#include <attn/render/html.hpp>

#include <utility>

namespace {

namespace render = attn::render;

class HtmlFile : public Page {
 public:
  HtmlFile(const std::string& path, std::vector<render::PagePart> parts, const render::PageOptions& options)
      : page_(path, std::move(parts), options) {}

  void add(render::PageMatrix kind, std::size_t part, std::size_t layer, std::size_t head,
           const attn::ConstView<float>& numbers) override {
    page_.add(kind, part, layer, head, numbers);
  }
  std::size_t size() const override { return page_.size(); }
  std::unique_ptr<attn::OutputFile> finish() override { return page_.finish(); }

 private:
  render::HtmlPage page_;
};

}  // namespace

std::unique_ptr<Page> open_page(const std::string& path, std::vector<render::PagePart> parts,
                                const render::PageOptions& options) {
  return std::make_unique<HtmlFile>(path, std::move(parts), options);
}
