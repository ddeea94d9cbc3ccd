#include "libcore/text/line_skip.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

// What is left, and the lines that were passed over.
std::string rest_of(const std::string& text, int64_t lines, bool returns, int64_t at_once = 1) {
  PeekableSource source(std::make_unique<HesitantSource>(text, at_once));
  SkippedLines skipped = skip_lines(source, lines, returns);
  std::string rest(text.size(), '\0');
  rest.resize(static_cast<size_t>(read_fully(source, rest.data(), std::ssize(rest))));
  EXPECT_EQ(skipped.bytes, std::ssize(text) - std::ssize(rest));
  return std::to_string(skipped.lines) + " " + rest;
}

TEST(SkipLines, EveryLineEnd) {
  for (int64_t at_once : {1, 2, 100}) {
    EXPECT_EQ(rest_of("a\nb\n\nc", 2, true, at_once), "2 \nc");
    EXPECT_EQ(rest_of("a\rb\r\n\nc", 2, true, at_once), "2 \nc");
    EXPECT_EQ(rest_of("a\r\r\nb\rc", 2, true, at_once), "2 c");
    EXPECT_EQ(rest_of("a\rb\nc", 1, false, at_once), "1 c");
    EXPECT_EQ(rest_of("a\nb", 2, true, at_once), "2 ");
    EXPECT_EQ(rest_of("a\nb", 5, true, at_once), "2 ");
    EXPECT_EQ(rest_of("a\r", 2, true, at_once), "1 ");
    EXPECT_EQ(rest_of("", 2, true, at_once), "0 ");
  }
  std::string lines;
  for (int i = 0; i < 100000; ++i)
    lines += "line\n";
  EXPECT_EQ(rest_of(lines + std::string(200000, 'x') + "\nrest", 100001, true, 50000),
            "100001 rest");
}

}  // namespace
}  // namespace penstock
