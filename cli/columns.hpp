// Text in columns of a terminal.
#pragma once

#include <attn/base/utf8.hpp>
#include <attn/render/label.hpp>
#include <attn/render/terminal_text.hpp>

#include <algorithm>
#include <string>

/// Columns that a text takes on the screen.
inline int width_of(const std::string& text) { return attn::render::terminal_width(attn::decode_utf8(text)); }

inline std::string padded(const std::string& text, int width, bool right) {
  const std::string space(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  return right ? space + text : text + space;
}

/// The text with nothing invisible in it.
inline std::string shown(const std::string& text) { return attn::encode_utf8(attn::render::label_text(text)); }
