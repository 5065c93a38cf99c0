// The font of the pictures: the one that the executable carries, or the user's.
#pragma once

#include <attn/render/font.hpp>

#include <string>

extern const unsigned char kEmbeddedFont[];
extern const unsigned long kEmbeddedFontSize;

/// The font in the file `path`, DejaVu Sans when that is empty.
inline attn::render::Font open_font(const std::string& path) {
  if (!path.empty()) return attn::render::Font::from_file(path);
  return attn::render::Font::from_bytes({kEmbeddedFont, kEmbeddedFont + kEmbeddedFontSize});
}
