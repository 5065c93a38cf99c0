#include <attn/text/normalization_form.hpp>

#include "text/support.hpp"

#include <cstdlib>

using namespace attn::text;
using test::shown;

namespace {

constexpr NormalizationForm kForms[] = {NormalizationForm::nfc, NormalizationForm::nfd, NormalizationForm::nfkc,
                                        NormalizationForm::nfkd};

std::string in_form(const std::string& text, NormalizationForm form) {
  return shown(to_normalization_form(AlignedText(text, 0), form));
}

/// By utf8proc.
std::string expected(const std::string& text, NormalizationForm form) {
  const bool compatible = form == NormalizationForm::nfkc || form == NormalizationForm::nfkd;
  const bool composes = form == NormalizationForm::nfc || form == NormalizationForm::nfkc;
  const int options =
      UTF8PROC_STABLE | (composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) | (compatible ? UTF8PROC_COMPAT : 0);
  utf8proc_uint8_t* result = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &result, static_cast<utf8proc_option_t>(options));
  REQUIRE(size >= 0);
  const std::string mapped(reinterpret_cast<const char*>(result), static_cast<std::size_t>(size));
  std::free(result);
  return mapped;
}

}  // namespace

TEST_CASE("normalization form: an accent, composed and decomposed") {
  CHECK(in_form("aéb", NormalizationForm::nfd) == "a:0-1 e:1-3 \u0301:1-3 b:3-4");
  CHECK(in_form("ae\u0301b", NormalizationForm::nfc) == "a:0-1 é:1-2 b:4-5");
  CHECK(in_form("aéb", NormalizationForm::nfc) == "a:0-1 é:1-3 b:3-4");
  CHECK(in_form("ae\u0301b", NormalizationForm::nfd) == "a:0-1 e:1-2 \u0301:2-4 b:4-5");
  CHECK(in_form("plain", NormalizationForm::nfkc) == "p:0-1 l:1-2 a:2-3 i:3-4 n:4-5");
  CHECK(in_form("", NormalizationForm::nfd) == "");
}

TEST_CASE("normalization form: Hangul, both ways") {
  CHECK(in_form("한", NormalizationForm::nfd) == "ᄒ:0-3 ᅡ:0-3 ᆫ:0-3");
  CHECK(in_form("ᄒ"
                "ᅡ"
                "ᆫ",
                NormalizationForm::nfc) == "한:0-3");
  CHECK(in_form("하"
                "ᆫ",
                NormalizationForm::nfc) == "한:0-3");
  CHECK(in_form("하", NormalizationForm::nfd) == "ᄒ:0-3 ᅡ:0-3");
}

TEST_CASE("normalization form: marks are put in order") {
  CHECK(in_form("a\u0301\u0323", NormalizationForm::nfd) == "a:0-1 \u0323:1-3 \u0301:3-5");
  CHECK(in_form("a\u0301\u0323", NormalizationForm::nfc) == "ạ:0-1 \u0301:3-5");
  CHECK(in_form("\u0323", NormalizationForm::nfc) == "\u0323:0-2");
}

TEST_CASE("normalization form: a mark of the same class stands between a letter and an accent") {
  CHECK(in_form("a\u0313\u0301", NormalizationForm::nfc) == "a:0-1 \u0313:1-3 \u0301:3-5");
  CHECK(in_form("a\u0323\u0301", NormalizationForm::nfc) == "ạ:0-1 \u0301:3-5");
  CHECK(in_form("a\u0327\u0301", NormalizationForm::nfc) == "á:0-1 \u0327:3-5");  // places are counted, as HF does
}

TEST_CASE("normalization form: ligatures and fractions only where forms are compatible") {
  CHECK(in_form("ﬁ", NormalizationForm::nfkc) == "f:0-3 i:0-3");
  CHECK(in_form("ﬁ", NormalizationForm::nfc) == "ﬁ:0-3");
  CHECK(in_form("½", NormalizationForm::nfkd) == "1:0-2 ⁄:0-2 2:0-2");
  CHECK(in_form("\u00A0", NormalizationForm::nfkc) == " :0-2");
}

TEST_CASE("normalization form: text as utf8proc has it, for strings of all kinds") {
  for (const std::string text : {"café CAFÉ",
                                 "e\u0301\u0301\u0323",
                                 "한국어 ᄒ"
                                 "ᅡ"
                                 "ᆫ ᄒ"
                                 "ᅡ",
                                 "ﬁﬂ ﷺ ½ ①",
                                 "Å Å Ω Ω",
                                 "ǖ ṩ ṩ s\u0307\u0323",
                                 "क\u093C क़ ড়",
                                 "\u0958",
                                 "\u2ADC",
                                 "שּׁ",
                                 "豈 你好",
                                 "👩\u200D👩",
                                 "\u0344 \u0F73\u0F71\u0F80",
                                 "ｶﾞ が か\u3099",
                                 "a\u0315\u0300\u05AE\u0300b",
                                 "\u1100\u1161\u0301\u11A8",
                                 "\u0B47\u0300\u0B3E",
                                 "\u1025\u102E",
                                 "x\U0001D15Ey",
                                 "\u01C4\u01F1"})
    for (const NormalizationForm form : kForms) {
      CAPTURE(text, int(form));
      CHECK(to_normalization_form(AlignedText(text, 0), form).text() == expected(text, form));
    }
}

TEST_CASE("normalization form: long runs of marks") {
  std::string text = "x";
  for (int i = 0; i < 2000; ++i) text += i % 3 == 0 ? "\u0301" : i % 3 == 1 ? "\u0323" : "\u0345";
  for (const NormalizationForm form : kForms)
    CHECK((to_normalization_form(AlignedText(text, 0), form).text() == expected(text, form)));
}

TEST_CASE("normalization form: text as utf8proc has it, for random code points, with places in order of the text") {
  std::mt19937 random(1);
  for (int attempt = 0; attempt < 3000; ++attempt) {
    std::string text;
    if (attempt % 2 == 0) {
      text = test::random_text(random, 12, true);
    } else {
      const char32_t first[] = {0xA0, 0x300, 0x900, 0x1100, 0x1160, 0x1E00, 0x3040, 0xAC00, 0xF900, 0xFB00, 0x1D150};
      for (int i = 0; i < 8; ++i)
        attn::append_utf8(text, static_cast<char32_t>(random() % 3 == 0 ? 'a' + random() % 26
                                                                        : first[random() % 11] + random() % 0xE0));
    }
    bool newer = false;  // than the reference's tables: such characters stay as they are
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      newer = newer || is_in(kLaterDecompositions, c) || is_in(kLaterMarks, c);
    }
    if (newer) continue;
    for (const NormalizationForm form : kForms) {
      const AlignedText actual = to_normalization_form(AlignedText(text, 0), form);
      bool inside = true;
      for (std::size_t i = 0; i < actual.text().size(); ++i) {
        const Range origin = actual.origin(i);
        inside = inside && origin.begin < origin.end && origin.end <= text.size();
      }
      if (actual.text() == expected(text, form) && inside) continue;
      CAPTURE(text, int(form), inside);
      CHECK(actual.text() == expected(text, form));
      CHECK(inside);
    }
  }
}
