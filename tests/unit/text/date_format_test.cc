#include "libcore/text/date_format.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// The parsed text as ISO 8601; empty when it does not match.
std::string parsed(const char* format, const char* text) {
  auto result = DateFormat(format).parse(text);
  if (!result) return {};
  std::string iso;
  append_timestamp(iso, to_unit(*result, TimeUnit::kNano).value(), TimeUnit::kNano);
  return iso;
}

TEST(DateFormat, Directives) {
  EXPECT_EQ(parsed("%d.%m.%Y", "29.02.2024"), "2024-02-29T00:00:00");
  EXPECT_EQ(parsed("%d.%m.%Y", "1.2.2024"), "2024-02-01T00:00:00");
  EXPECT_EQ(parsed("%m/%d/%y", "01/02/69"), "1969-01-02T00:00:00");
  EXPECT_EQ(parsed("%D", "01/02/68"), "2068-01-02T00:00:00");
  EXPECT_EQ(parsed("%e %b %Y", " 5 Mar 2024"), "2024-03-05T00:00:00");
  EXPECT_EQ(parsed("%A, %d %B %Y", "friday, 05 SEPTEMBER 2024"), "2024-09-05T00:00:00");
  EXPECT_EQ(parsed("%Y-%j", "2024-366"), "2024-12-31T00:00:00");
  EXPECT_EQ(parsed("%F %T.%f", "2024-01-02 03:04:05.25"), "2024-01-02T03:04:05.25");
  EXPECT_EQ(parsed("%F %I:%M %p", "2024-01-02 12:04 am"), "2024-01-02T00:04:00");
  EXPECT_EQ(parsed("%F %I:%M %p", "2024-01-02 12:04 PM"), "2024-01-02T12:04:00");
  EXPECT_EQ(parsed("%FT%R%z", "2024-01-02T03:04+02:30"), "2024-01-02T00:34:00");
  EXPECT_EQ(parsed("100%% %F", "100% 2024-01-02"), "2024-01-02T00:00:00");
}

TEST(DateFormat, RefusesWhatDoesNotMatch) {
  for (const char* text : {"", "29.02.2023", "31.04.2024", "0.1.2024", "1.13.2024", "1.2.24",
                           "1.2.2024 ", " 1.2.2024", "1-2-2024", "a.2.2024"}) {
    EXPECT_EQ(parsed("%d.%m.%Y", text), "") << text;
  }
  EXPECT_EQ(parsed("%F %R", "2024-01-02 24:00"), "");
  EXPECT_EQ(parsed("%F %R", "2024-01-02 23:60"), "");
  EXPECT_EQ(parsed("%F %I %p", "2024-01-02 13 PM"), "");
  EXPECT_EQ(parsed("%Y-%j", "2023-366"), "");
  EXPECT_EQ(parsed("%F %R%z", "2024-01-02 03:04"), "");
}

TEST(DateFormat, Days) {
  EXPECT_EQ(DateFormat("%d.%m.%Y").parse_days("02.01.1970"), 1);
  EXPECT_EQ(DateFormat("%d.%m.%Y").parse_days("31.12.1969"), -1);
}

TEST(DateFormat, WrongFormats) {
  EXPECT_THROW(DateFormat("%H:%M"), Error);
  EXPECT_THROW(DateFormat("%Y-%m"), Error);
  EXPECT_THROW(DateFormat("%F %M"), Error);
  EXPECT_THROW(DateFormat("%F %I"), Error);
  EXPECT_THROW(DateFormat("%F %Q"), Error);
  EXPECT_THROW(DateFormat("%F %"), Error);
}

}  // namespace
}  // namespace penstock
