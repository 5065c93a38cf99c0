// The library's HTML pages, compiled once.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/render/html_options.hpp>

#include <memory>
#include <string>
#include <vector>

/// attn::render::HtmlPage.
class Page {
 public:
  virtual ~Page() = default;
  virtual void add(attn::render::PageMatrix kind, std::size_t part, std::size_t layer, std::size_t head,
                   const attn::ConstView<float>& numbers) = 0;
  virtual std::size_t size() const = 0;  // bytes so far
  virtual std::unique_ptr<attn::OutputFile> finish() = 0;
};
std::unique_ptr<Page> open_page(const std::string& path, std::vector<attn::render::PagePart> parts,
                                const attn::render::PageOptions& options);
