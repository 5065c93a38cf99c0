// A picture from a stranger: decoded, resized with a filter that its length chooses, and turned into a model's numbers.
#include "fuzz/read_bytes.hpp"

#include <attn/model/image_input.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attn::model;
  return fuzz::answer([&] {
    const Picture picture = decode_picture(fuzz::bytes_of(data, size));
    if (static_cast<std::size_t>(picture.height * picture.width * picture.channels) != picture.pixels.size())
      std::abort();
    if (picture.pixels.size() > (std::size_t{1} << 22)) return;  // resizing takes time, and finds nothing new
    ImageRules rules;
    rules.channels = size % 2 == 0 ? 1 : 3;
    rules.size = {static_cast<attn::Index>(1 + size % 31), static_cast<attn::Index>(1 + size % 13)};
    rules.shortest_edge = picture.height * picture.width < 4096 ? static_cast<attn::Index>(size % 3 * 5) : 0;
    rules.resample = static_cast<Resample>(size % 6);
    if (size % 5 == 0) rules.crop = PictureSize{7, 20};
    const attn::Tensor<float> numbers = image_input<float>(picture, rules);
    volatile float sum = 0;
    for (attn::Index i = 0; i < numbers.size(); ++i) sum = sum + numbers.data()[i];
    static_cast<void>(seen_part(picture, rules));
  });
}
