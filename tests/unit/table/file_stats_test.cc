#include "libcore/table/file_stats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/value_text.h"
#include "libcore/data/zones/zone_builder.h"
#include "libcore/table/layout.h"
#include "libcore/table/stats_text.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

using Texts = std::vector<std::optional<std::string>>;

DataFile file_with(const std::string& stats, bool is_ours = true) {
  DataFile file;
  file.path = "f";
  file.stats = stats;
  if (is_ours) file.tags[kChecksumTag] = "0";
  return file;
}

std::string bound(const ColumnPtr& column, int64_t row = 0) {
  if (column == nullptr || column->is_null(row)) return "-";
  std::string text;
  append_text(text, *column, row);
  return text;
}

// The bounds that a file of one column has, written and read again.
std::string through(const std::string& type, const Texts& values) {
  const SchemaPtr schema = make_schema({{"a", parse_type(type), true, {}}});
  const ColumnPtr column = column_of_texts((*schema)[0], values);
  ZoneBuilder builder(schema);
  builder.add({schema, column->length, {column}});
  builder.end_zone();
  const DataFile file = file_with(encode_stats(builder.finish(), 0, *schema));
  const Zones zones = zones_of({&file, 1}, *schema, std::vector<size_t>{0});
  return bound(zones.columns[0].min) + " " + bound(zones.columns[0].max) + " " +
         bound(zones.columns[0].nulls) + " of " + bound(zones.rows);
}

// The bounds that a text of statistics gives.
std::string of_text(const std::string& type, const std::string& stats, bool is_ours) {
  const SchemaPtr schema = make_schema({{"a", parse_type(type), true, {}}});
  const DataFile file = file_with(stats, is_ours);
  const Zones zones = zones_of({&file, 1}, *schema, std::vector<size_t>{0});
  return bound(zones.columns[0].min) + " " + bound(zones.columns[0].max);
}

TEST(FileStats, BoundsComeBack) {
  EXPECT_EQ(through("int64", {"3", std::nullopt, "-9223372036854775808"}),
            "-9223372036854775808 3 1 of 3");
  EXPECT_EQ(through("uint64", {"18446744073709551615", "7"}), "7 18446744073709551615 0 of 2");
  // More digits than a floating-point number has.
  EXPECT_EQ(through("decimal(38,2)", {"123456789012345678901234567890123456.78", "0.10"}),
            "0.10 123456789012345678901234567890123456.78 0 of 2");
  EXPECT_EQ(through("float64", {"0.1", "1e300"}), "0.1 1e+300 0 of 2");
  EXPECT_EQ(through("float64", {"0.1", "nan"}), "- - 0 of 2");
  EXPECT_EQ(through("date", {"2024-02-29", "0001-01-01"}), "0001-01-01 2024-02-29 0 of 2");
  EXPECT_EQ(through("text", {"b\n\"\xC3\xA9", ""}), " b\n\"\xC3\xA9 0 of 2");
  EXPECT_EQ(through("int64", {std::nullopt}), "- - 1 of 1");
}

TEST(FileStats, LongTextsAreCutSoThatTheBoundsHold) {
  const std::string bounds = through("text", {std::string(40, 'x')});
  EXPECT_EQ(bounds, std::string(32, 'x') + " " + std::string(31, 'x') + "y 0 of 1");
}

TEST(FileStats, TimesAreInMillisecondsAroundTheValues) {
  EXPECT_EQ(through("timestamp[us]", {"2024-01-01T00:00:00.000001"}),
            "2024-01-01T00:00:00 2024-01-01T00:00:00.001999 0 of 1");
  EXPECT_EQ(through("timestamp[ns, UTC]", {"1969-12-31T23:59:59.999999999Z"}),
            "1969-12-31T23:59:59.999Z 1970-01-01T00:00:00.000999999Z 0 of 1");
  EXPECT_EQ(through("timestamp[s]", {"2024-01-01T00:00:01"}),
            "2024-01-01T00:00:01 2024-01-01T00:00:01 0 of 1");
}

// Spark rounds the greatest time down, and may leave NaN out.
TEST(FileStats, BoundsOfOthersAreWidened) {
  const std::string times =
      R"({"minValues":{"a":"2024-01-01T00:00:00.123Z"},"maxValues":{"a":"2024-01-01T00:00:00.123Z"}})";
  EXPECT_EQ(of_text("timestamp[us, UTC]", times, false),
            "2024-01-01T00:00:00.123Z 2024-01-01T00:00:00.123999Z");
  const std::string numbers = R"({"numRecords":2,"minValues":{"a":1.5},"maxValues":{"a":2.5}})";
  EXPECT_EQ(of_text("float64", numbers, false), "1.5 -");
  EXPECT_EQ(of_text("float64", numbers, true), "1.5 2.5");
}

TEST(FileStats, WhatDoesNotFitIsNotKnown) {
  EXPECT_EQ(of_text("int64", R"({"minValues":{"a":1.5},"maxValues":{"a":7}})", false), "- -");
  EXPECT_EQ(of_text("int64", R"({"minValues":{"a":{"b":1}},"maxValues":{"a":null}})", false),
            "- -");
  EXPECT_EQ(of_text("int64", R"({"minValues":{"b":1}})", false), "- -");
  EXPECT_EQ(of_text("int64", "", false), "- -");
}

TEST(FileStats, DamageIsAnErrorThatNamesTheFile) {
  for (const char* stats : {"{", "[]", R"({"numRecords":-1})", R"({"numRecords":1.5})",
                            R"({"minValues":7})", R"({"nullCount":{"a":-1}})"}) {
    try {
      rows_of(file_with(stats));
      ADD_FAILURE() << stats;
    } catch (const Error& error) {
      EXPECT_TRUE(error.message().starts_with("the statistics of 'f': ")) << error.message();
    }
  }
}

TEST(FileStats, CountsRows) {
  EXPECT_EQ(rows_of(file_with(R"({"numRecords":12,"tightBounds":true})")), 12);
  EXPECT_FALSE(rows_of(file_with(R"({"minValues":{}})")).has_value());
  EXPECT_FALSE(rows_of(file_with("")).has_value());
}

}  // namespace
}  // namespace penstock
