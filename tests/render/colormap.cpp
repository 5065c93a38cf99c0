#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/colormap.hpp>

#include <algorithm>

using namespace attn;
using namespace attn::render;

TEST_CASE("the ends of viridis are purple and yellow") {
  const Colormap viridis = colormap("viridis");
  CHECK(viridis(0) == Color{0x44, 0x01, 0x54});
  CHECK(viridis(1) == Color{0xFD, 0xE7, 0x24});
  CHECK(viridis(-3) == viridis(0));
  CHECK(viridis(7) == viridis(1));
}

TEST_CASE("every name that is listed exists, the default first") {
  CHECK(colormap_names().front() == "viridis");
  for (const std::string& name : colormap_names()) {
    CHECK(colormap(name).name == name);
    CHECK(colormap(name).diverging == (name == "vlag"));
  }
}

TEST_CASE("between entries a colour is a mixture") {
  const Colormap greys = colormap("greys");
  CHECK(greys(0) == Color{255, 255, 255});
  CHECK(greys(1) == Color{0, 0, 0});
  CHECK(greys(0.5).r >= 127);
  CHECK(greys(0.5).r <= 128);
  const Colormap magma = colormap("magma");
  for (int entry = 0; entry < 256; ++entry)
    CHECK(magma(entry / 255.0) == magma.colors[static_cast<std::size_t>(entry)]);
}

TEST_CASE("sequential maps grow lighter or darker all the way") {
  for (const std::string& name : colormap_names()) {
    const Colormap map = colormap(name);
    if (map.diverging) continue;
    const auto light = [](Color c) { return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b; };
    const double sign = light(map(1)) > light(map(0)) ? 1 : -1;
    for (int i = 0; i + 8 < 256; i += 8) {
      INFO(name << " " << i);
      CHECK(sign * (light(map((i + 8) / 255.0)) - light(map(i / 255.0))) > -1.0);
    }
  }
}

TEST_CASE("an unknown name is answered with the names that are known") {
  const std::string message = test::message_of<UsageError>([] { colormap("jet"); });
  CHECK(test::contains(message, "\"jet\""));
  for (const std::string& name : colormap_names()) CHECK(test::contains(message, name));
}
