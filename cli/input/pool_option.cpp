#include "input/pool_option.hpp"

#include "console.hpp"

#include <attn/base/error.hpp>
#include <attn/base/shape.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

using attn::Index;

namespace {

/// "1024" or "1024x512": rows and columns.
std::pair<Index, Index> parse_size(const std::string& text) {
  const auto number = [&](std::string_view digits) {
    Index n = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error != std::errc() || stop != digits.data() + digits.size() || n < 1)
      throw attn::UsageError("--size: is \"" + text +
                             "\", expected R or RxC with whole numbers from 1 on, as in 1024x512");
    return n;
  };
  const std::string_view view = text;
  const std::size_t x = view.find('x');
  const Index rows = number(view.substr(0, x));
  return {rows, x == std::string::npos ? rows : number(view.substr(x + 1))};
}

}  // namespace

void add_pool_options(CLI::App& app, PoolOptions& options, const char* group, const char* pool_help) {
  app.add_option("--pool", options.how, pool_help)
      ->type_name("mean|max|sum")
      ->check(CLI::IsMember({"mean", "max", "sum"}))
      ->group(group);
  app.add_option("--size", options.size, "Pool to R x C cells; a map of any length, never held as a whole")
      ->type_name("R[xC]")
      ->group(group);
}

attn::render::Pool pool_of(const PoolOptions& options) {
  return options.how.empty() ? attn::render::Pool::mean : attn::render::parse_pool(options.how);
}

std::optional<PoolShape> pool_shape(const PoolOptions& options, Index Nq, Index Nk) {
  if (options.size.empty()) return std::nullopt;
  const auto [rows, columns] = parse_size(options.size);
  const PoolShape shape{pool_of(options), std::min(rows, Nq), std::min(columns, Nk)};
  if (shape.rows < rows || shape.columns < columns)
    note("--size: is " + options.size + ", but there are " + attn::to_string(attn::Shape{Nq, Nk}) +
         " weights, so there are " + attn::to_string(attn::Shape{shape.rows, shape.columns}) + " cells");
  return shape;
}

void check_pool_options(const PoolOptions& options) {
  if (!options.size.empty()) parse_size(options.size);
}
