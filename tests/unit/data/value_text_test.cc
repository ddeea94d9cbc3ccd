#include "libcore/data/value_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/data/number/float16.h"
#include "libcore/data/take.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

// The text that a value of a fixed-width type prints as, after being read from `in`.
std::string through(const std::string& type_name, std::string_view in) {
  TypePtr type = parse_type(type_name);
  MutableBuffer values;
  if (!append_parsed(values, *type, in)) {
    EXPECT_EQ(values.size(), 0) << "appended nevertheless: " << in;
    return "refused";
  }
  std::string out;
  append_text(out, *make_column(type, 1, values.freeze()), 0);
  return out;
}

TEST(ValueText, IntegersToTheirLimits) {
  EXPECT_EQ(through("int8", "-128"), "-128");
  EXPECT_EQ(through("int8", "128"), "refused");
  EXPECT_EQ(through("int16", "32767"), "32767");
  EXPECT_EQ(through("int16", "-32769"), "refused");
  EXPECT_EQ(through("int32", "-2147483648"), "-2147483648");
  EXPECT_EQ(through("int32", "2147483648"), "refused");
  EXPECT_EQ(through("int64", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(through("uint8", "255"), "255");
  EXPECT_EQ(through("uint8", "256"), "refused");
  EXPECT_EQ(through("uint8", "-1"), "refused");
  EXPECT_EQ(through("uint16", "65536"), "refused");
  EXPECT_EQ(through("uint32", "4294967295"), "4294967295");
  EXPECT_EQ(through("uint64", "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(through("int64", "1.0"), "refused");
  EXPECT_EQ(through("int64", ""), "refused");
}

TEST(ValueText, FloatsShortest) {
  EXPECT_EQ(through("float64", "17.0"), "17");
  EXPECT_EQ(through("float64", "1e300"), "1e+300");
  EXPECT_EQ(through("float64", "0.1"), "0.1");
  EXPECT_EQ(through("float64", "1e400"), "refused");
  EXPECT_EQ(through("float32", "0.1"), "0.1");
  EXPECT_EQ(through("float32", "9999999"), "9999999");
  EXPECT_EQ(through("float32", "16777216"), "1.6777216e+07");
  EXPECT_EQ(through("float16", "0.1"), "0.099975586");
  EXPECT_EQ(through("float16", "65504"), "65504");
  EXPECT_EQ(through("float16", "65520"), "refused");
  EXPECT_EQ(through("float16", "-inf"), "-inf");
}

TEST(ValueText, DatesTimesAndDecimals) {
  EXPECT_EQ(through("date32", "1996-03-13"), "1996-03-13");
  EXPECT_EQ(through("date64", "1996-03-13"), "1996-03-13");
  EXPECT_EQ(through("date32", "1996-02-30"), "refused");
  EXPECT_EQ(through("time32[s]", "01:02:03"), "01:02:03");
  EXPECT_EQ(through("time32[s]", "01:02:03.5"), "refused");
  EXPECT_EQ(through("time64[us]", "01:02:03.000001"), "01:02:03.000001");
  EXPECT_EQ(through("time64[us]", "01:02:03.0000001"), "refused");
  EXPECT_EQ(through("timestamp[us]", "1996-03-13 01:02"), "1996-03-13T01:02:00");
  EXPECT_EQ(through("timestamp[us]", "1996-03-13T01:02Z"), "refused");
  EXPECT_EQ(through("timestamp[us, UTC]", "1996-03-13T01:02+02:00"), "1996-03-12T23:02:00Z");
  EXPECT_EQ(through("timestamp[us, UTC]", "1996-03-13T01:02"), "refused");
  EXPECT_EQ(through("timestamp[s, Europe/Berlin]", "2024-07-01T00:00Z"),
            "2024-07-01T02:00:00+02:00");
  EXPECT_EQ(through("duration[ms]", "PT1.5S"), "PT1.5S");
  EXPECT_EQ(through("decimal(15,2)", "1.5"), "1.50");
  EXPECT_EQ(through("decimal(15,2)", "1.555"), "refused");
  EXPECT_EQ(through("decimal256(50,2)", "-1.5"), "-1.50");
}

TEST(ValueText, BoolAndBinary) {
  EXPECT_EQ(through("bool", "TRUE"), "true");
  EXPECT_EQ(through("bool", "False"), "false");
  for (const char* bad : {"t", "1", "yes", "", "truee", "\x14rue"})
    EXPECT_EQ(through("bool", bad), "refused");
  EXPECT_EQ(through("fixed_size_binary(2)", "ab"), "\\x6162");
  EXPECT_EQ(through("fixed_size_binary(2)", "\\x00fF"), "\\x00ff");
  EXPECT_EQ(through("fixed_size_binary(2)", "abc"), "refused");
  EXPECT_EQ(through("fixed_size_binary(2)", "\\x00fg"), "refused");
}

template <typename T>
std::string interval(const char* type, T value) {
  MutableBuffer values;
  values.push(value);
  std::string out;
  append_text(out, *make_column(parse_type(type), 1, values.freeze()), 0);
  return out;
}

TEST(ValueText, IntervalsAreIso8601) {
  struct DayTime {
    int32_t days, milliseconds;
  };
  struct MonthDayNano {
    int32_t months, days;
    int64_t nanoseconds;
  };
  EXPECT_EQ(interval("month_interval", int32_t{14}), "P14M");
  EXPECT_EQ(interval("month_interval", int32_t{0}), "P0M");
  EXPECT_EQ(interval("day_time_interval", DayTime{3, -1500}), "P3DT-1.5S");
  EXPECT_EQ(interval("day_time_interval", DayTime{0, 0}), "PT0S");
  EXPECT_EQ(interval("month_day_nano_interval", MonthDayNano{1, 2, 3000000004}),
            "P1M2DT3.000000004S");
  EXPECT_EQ(interval("month_day_nano_interval", MonthDayNano{-1, 0, 0}), "P-1M");
}

TEST(ValueText, EveryValueReadsBack) {
  testing::ColumnMaker maker(1);
  for (const TypePtr& type : testing::all_types()) {
    if (!is_parseable(*type) || type->id == TypeId::kBool) continue;
    // Random bits are years, times and precisions that text has no form for: those are skipped.
    ColumnPtr column = maker.make(type, 300);
    int read = 0;
    for (int64_t i = 0; i < column->length; ++i) {
      if (column->is_null(i)) continue;
      std::string text;
      append_text(text, *column, i);
      MutableBuffer values;
      if (!append_parsed(values, *type, text)) continue;
      ++read;
      std::string again;
      append_text(again, *make_column(type, 1, values.freeze()), 0);
      ASSERT_EQ(again, text) << type->to_string();
    }
    if (is_numeric(type->id) && !is_decimal(type->id)) {
      EXPECT_EQ(read, column->length - column->null_count) << type->to_string();
    }
  }
}

std::string json_of(const ColumnPtr& column, int64_t i = 0) {
  std::string out;
  append_json(out, *column, i);
  return out;
}

TEST(Json, EscapesStrings) {
  auto quoted = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("plain text that is longer than a word"),
            "\"plain text that is longer than a word\"");
  EXPECT_EQ(quoted("a\"b\\c\b\f\n\r\t"), "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(quoted(std::string_view("\0\x1F\x7F", 3)), "\"\\u0000\\u001f\x7F\"");
  EXPECT_EQ(quoted("\xC3\xA9\xE2\x82\xAC"), "\"\xC3\xA9\xE2\x82\xAC\"");
  // Each byte to be escaped, in each place of a word.
  for (size_t at = 0; at < 20; ++at) {
    for (char c : {'"', '\\', '\x01', '\x1F'}) {
      std::string text(20, '\x80' + 'x' - '\x80');
      text[at] = c;
      std::string out = quoted(text);
      EXPECT_EQ(out.size(), 22 + (c == '"' || c == '\\' ? 1U : 5U)) << at;
      EXPECT_EQ(out[at + 1], '\\');
    }
  }
}

TEST(Json, SpecialFloatsAreStrings) {
  FixedBuilder<double> builder;
  for (double value : {1.5, 1e300, std::nan(""), HUGE_VAL, -HUGE_VAL})
    builder.append(value);
  ColumnPtr column = builder.finish(float64_type());
  EXPECT_EQ(testing::rows_as_json(*column),
            (std::vector<std::string>{"1.5", "1e+300", "\"nan\"", "\"inf\"", "\"-inf\""}));
}

TEST(Json, NestsMapsListsAndStructs) {
  BytesBuilder keys;
  keys.append("k");
  keys.append("l");
  FixedBuilder<int64_t> numbers;
  numbers.append(1);
  numbers.append_null();
  auto entries = std::make_shared<Column>();
  TypePtr map_type = parse_type("map<utf8, int64>");
  entries->type = map_type->children[0].type;
  entries->length = 2;
  entries->children = {keys.finish(utf8_type()), numbers.finish(int64_type())};
  auto map = std::make_shared<Column>();
  map->type = map_type;
  map->length = 1;
  int32_t offsets[] = {0, 2};
  map->offsets = Buffer::copy(offsets, 8);
  map->children = {entries};
  EXPECT_EQ(json_of(map), "[{\"key\":\"k\",\"value\":1},{\"key\":\"l\",\"value\":null}]");
  auto outer = std::make_shared<Column>();
  outer->type = struct_type({{"m\"", map_type, true, {}}});
  outer->length = 1;
  outer->children = {map};
  EXPECT_EQ(json_of(outer),
            "{\"m\\\"\":[{\"key\":\"k\",\"value\":1},{\"key\":\"l\",\"value\":null}]}");
  std::string text;
  append_text(text, *outer, 0);
  EXPECT_EQ(text, json_of(outer));
}

TEST(Json, NullsAreNullAndTextOfNullIsNothing) {
  for (const TypePtr& type : testing::all_types()) {
    ColumnPtr column = make_null_column(type, 1);
    EXPECT_EQ(json_of(column), "null");
    std::string text;
    append_text(text, *column, 0);
    EXPECT_EQ(text, "");
  }
}

TEST(Float16, EveryHalfConvertsAndBack) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    auto half = static_cast<uint16_t>(bits);
    float value = float_from_half(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(half_from_float(value), half) << bits;
  }
  EXPECT_EQ(float_from_half(0x3C00), 1.0F);
  EXPECT_EQ(float_from_half(0x0001), 0x1p-24F);
  EXPECT_EQ(float_from_half(0x7BFF), 65504.0F);
  EXPECT_EQ(half_from_float(1.0F + 0x1p-11F), 0x3C00);  // a tie goes to even
  EXPECT_EQ(half_from_float(1.0F + 3 * 0x1p-11F), 0x3C02);
  EXPECT_EQ(half_from_float(0x1p-25F), 0x0000);
  EXPECT_EQ(half_from_float(0x1.8p-25F), 0x0001);
  EXPECT_EQ(half_from_float(65519.0F), 0x7BFF);
  EXPECT_EQ(half_from_float(65520.0F), std::nullopt);
  EXPECT_EQ(half_from_float(2047.9F), 0x6800);  // carries into the next binade
}

}  // namespace
}  // namespace penstock
