#include "libcore/ops/scan/foreign_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "libcore/base/utf8.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

std::string what_is(const std::string& text) {
  auto size = std::min<size_t>(text.size(), kForeignHeadBytes);
  return foreign_format({reinterpret_cast<const uint8_t*>(text.data()), size}).value_or("ours");
}

// `points` in units of 2 or 4 bytes.
std::string encoded(const std::vector<uint32_t>& points, int bytes, bool big_endian) {
  std::string out;
  auto put = [&](uint32_t unit) {
    for (int i = 0; i < bytes; ++i) {
      int shift = 8 * (big_endian ? bytes - 1 - i : i);
      out += static_cast<char>(unit >> shift & 0xFF);
    }
  };
  for (uint32_t c : points) {
    if (bytes == 2 && c > 0xFFFF) {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      put(c);
    }
  }
  return out;
}

// A table of words in one script, as CSV or JSON lines.
std::vector<uint32_t> random_table(std::mt19937& random) {
  auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  constexpr uint32_t kFirsts[] = {'a', 0xE0, 0x391, 0x410, 0x5D0, 0x4E00, 0xAC00, 0x1F600};
  constexpr uint32_t kCounts[] = {26, 30, 24, 32, 26, 20000, 11000, 60};
  size_t script = below(std::size(kFirsts));
  constexpr uint32_t kDelimiters[] = {',', ';', '\t', '|'};
  uint32_t delimiter = kDelimiters[below(4)];
  std::vector<uint32_t> table;
  uint32_t rows = 1 + below(60);
  uint32_t columns = 1 + below(5);
  for (uint32_t row = 0; row < rows; ++row) {
    for (uint32_t column = 0; column < columns; ++column) {
      if (column > 0) table.push_back(delimiter);
      bool number = row > 0 && column % 2 == 1;
      for (uint32_t i = 1 + below(8); i > 0; --i) {
        table.push_back(number ? '0' + below(10) : kFirsts[script] + below(kCounts[script]));
      }
    }
    table.push_back('\n');
  }
  return table;
}

TEST(ForeignFormat, TextInWiderUnitsIsNamedWithAndWithoutAMark) {
  struct Form {
    int bytes;
    bool big_endian;
    const char* what;
  };
  constexpr Form kForms[] = {
      {2, false, "is UTF-16 text (little-endian), not UTF-8; use --encoding UTF-16LE"},
      {2, true, "is UTF-16 text (big-endian), not UTF-8; use --encoding UTF-16BE"},
      {4, false, "is UTF-32 text (little-endian), not UTF-8; use --encoding UTF-32LE"},
      {4, true, "is UTF-32 text (big-endian), not UTF-8; use --encoding UTF-32BE"}};
  for (int round = 0; round < testing::property_rounds(1000); ++round) {
    std::mt19937 random(static_cast<uint32_t>(round));
    std::vector<uint32_t> table = random_table(random);
    std::string utf8;
    for (uint32_t c : table)
      append_utf8(utf8, c);
    EXPECT_EQ(what_is(utf8), "ours") << "round " << round;
    EXPECT_EQ(what_is(std::string(kByteOrderMark) + utf8), "ours") << "round " << round;
    for (const Form& form : kForms) {
      std::string wanted = std::string(form.what);
      EXPECT_EQ(what_is(encoded(table, form.bytes, form.big_endian)), wanted) << "round " << round;
      std::vector<uint32_t> marked = table;
      marked.insert(marked.begin(), 0xFEFF);
      EXPECT_EQ(what_is(encoded(marked, form.bytes, form.big_endian)), wanted) << "round " << round;
    }
  }
}

// A stray NUL is a fault of its own, with a place: it does not make text UTF-16.
TEST(ForeignFormat, TextWithNulsStaysText) {
  for (int round = 0; round < testing::property_rounds(1000); ++round) {
    std::mt19937 random(static_cast<uint32_t>(round));
    std::string text;
    for (uint32_t c : random_table(random))
      append_utf8(text, c);
    for (size_t nuls = 1 + random() % 3; nuls > 0; --nuls)
      text[random() % text.size()] = '\0';
    if (text.size() < 120) continue;
    EXPECT_EQ(what_is(text), "ours") << "round " << round;
  }
}

TEST(ForeignFormat, OtherFilesAreNamed) {
  auto begins = [](std::string_view bytes) { return what_is(std::string(bytes)); };
  using std::literals::operator""sv;
  EXPECT_EQ(begins("PK\x07\x08\x50\x4b"sv),
            "is a part of a divided zip archive; put it together with zip -s 0");
  EXPECT_EQ(begins("\x02\x21\x4C\x18\x64\x40"sv),
            "is lz4 data in its legacy format; decompress it with lz4 -dc");
  EXPECT_TRUE(
      begins("FEA1\0\0\0\0"sv).starts_with("is Feather version 1; convert it with python3"));
  std::string tar = "name.csv" + std::string(249, '\0') + "ustar" + std::string(250, '\0');
  EXPECT_EQ(what_is(tar), "is a tar archive; unpack it with tar -xOf");
}

TEST(ForeignFormat, TextThatBeginsWithTheirLettersIsText) {
  for (const char* text : {"PAR1,PAR2\n1,2\n", "BZh,x\n", "FEA1\n1\n", "ORC,goblin\n", "PAR1",
                           "PK,v\n", "LZIP;x\n", "%PDF-,x\n", "", "a", "\n"}) {
    EXPECT_EQ(what_is(text), "ours") << text;
  }
}

}  // namespace
}  // namespace penstock
