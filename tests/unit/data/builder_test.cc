#include "libcore/data/builder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {
namespace {

std::vector<std::string> values_of(const ColumnPtr& column) {
  std::vector<std::string> values;
  const auto* offsets = column->offsets.as<int32_t>();
  for (int64_t i = 0; i < column->length; ++i) {
    const auto* bytes = reinterpret_cast<const char*>(column->values.data());
    values.emplace_back(bytes + offsets[i], bytes + offsets[i + 1]);
  }
  return values;
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> pieces(1);
  for (char c : text) {
    if (c == by) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

TEST(BytesBuilder, SplitsWhateverStandsWhere) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 70, '\0');
    // Bytes beside the separator's value too: they are what a search by arithmetic may mistake.
    for (char& c : text)
      c = "  !\x1f"
          "a\x80\xa0"[random() % 7];
    BytesBuilder builder;
    builder.append("before");
    builder.append_split(text, ' ');
    builder.append("behind");
    std::vector<std::string> expected = split(text, ' ');
    expected.insert(expected.begin(), "before");
    expected.emplace_back("behind");
    ColumnPtr column = builder.finish(utf8_type());
    ASSERT_EQ(values_of(column), expected);
    ASSERT_EQ(column->null_count, 0);
  }
}

}  // namespace
}  // namespace penstock
