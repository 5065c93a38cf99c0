#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/colormap.hpp>
#include <attn/render/colormap_tables.hpp>

#include <cmath>
#include <sstream>
#include <string>

using namespace attn;
using namespace attn::render;

TEST_CASE("samples of the tables agree with matplotlib's and seaborn's colours") {
  std::istringstream samples(test::read_text(ATTN_TEST_DATA "/render/colormaps.csv"));
  std::string line, name;
  std::getline(samples, line);
  CHECK(line == "name,index,red,green,blue");
  int checked = 0;
  while (std::getline(samples, line)) {
    std::istringstream fields(line);
    char comma;
    std::size_t index = 0;
    double red = 0, green = 0, blue = 0;
    std::getline(fields, name, ',');
    fields >> index >> comma >> red >> comma >> green >> comma >> blue;
    const Color color = colormap(name).colors[index];
    INFO(line);
    CHECK(std::abs(color.r + 0.5 - red) <= 0.51);
    CHECK(std::abs(color.g + 0.5 - green) <= 0.51);
    CHECK(std::abs(color.b + 0.5 - blue) <= 0.51);
    ++checked;
  }
  CHECK(checked == 7 * 18);
}
