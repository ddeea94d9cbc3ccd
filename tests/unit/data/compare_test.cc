#include "libcore/data/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

// Rows that stand in ascending order, each against each.
void expect_ascending(const Column& column) {
  ASSERT_GT(column.length, 1);
  for (int64_t i = 0; i < column.length; ++i) {
    for (int64_t j = 0; j < column.length; ++j) {
      EXPECT_EQ(compare_rows(column, i, column, j), i <=> j) << column.type->to_string() << i << j;
    }
  }
}

// Values as append_parsed reads them; the last row is null.
ColumnPtr column_of(const TypePtr& type, const std::vector<std::string>& texts) {
  MutableBuffer values;
  ValidityBuilder validity;
  for (const std::string& text : texts) {
    EXPECT_TRUE(append_parsed(values, *type, text)) << text;
    validity.append_valid();
  }
  values.resize_zeroed(values.size() + fixed_width(*type));
  validity.append_null();
  int64_t rows = validity.length();
  return make_column(type, rows, values.freeze(), validity.finish());
}

TEST(Compare, OrdersEveryFixedWidthType) {
  expect_ascending(
      *column_of(int64_type(), {"-9223372036854775808", "-1", "0", "9223372036854775807"}));
  expect_ascending(*column_of(make_type(TypeId::kInt8), {"-128", "-1", "0", "127"}));
  expect_ascending(*column_of(make_type(TypeId::kInt16), {"-32768", "0", "32767"}));
  expect_ascending(*column_of(int32_type(), {"-2147483648", "0", "2147483647"}));
  expect_ascending(*column_of(make_type(TypeId::kUint8), {"0", "127", "128", "255"}));
  expect_ascending(*column_of(make_type(TypeId::kUint16), {"0", "32768", "65535"}));
  expect_ascending(*column_of(make_type(TypeId::kUint32), {"0", "2147483648", "4294967295"}));
  expect_ascending(*column_of(uint64_type(), {"0", "9223372036854775808", "18446744073709551615"}));
  for (const char* name : {"float16", "float32", "float64"}) {
    expect_ascending(
        *column_of(parse_type(name), {"-inf", "-1.5", "-0.25", "0", "6e-8", "2", "inf", "nan"}));
  }
  expect_ascending(
      *column_of(decimal_type(38, 2), {"-999999999999999999999999999999999999.99", "-0.01", "0",
                                       "999999999999999999999999999999999999.99"}));
  expect_ascending(*column_of(parse_type("decimal256(70,0)"),
                              {"-" + std::string(70, '9'), "-10000000000000000000", "-1", "0", "1",
                               "10000000000000000000", std::string(70, '9')}));
  expect_ascending(
      *column_of(date_type(), {"0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31"}));
  expect_ascending(*column_of(parse_type("date64"), {"1969-12-31", "1970-01-01"}));
  expect_ascending(*column_of(parse_type("time32[ms]"), {"00:00", "00:00:00.001", "23:59:59"}));
  expect_ascending(*column_of(parse_type("time64[ns]"), {"00:00", "00:00:00.000000001"}));
  expect_ascending(
      *column_of(timestamp_type(TimeUnit::kMicro), {"1960-01-01T00:00", "1970-01-01T00:00"}));
  expect_ascending(*column_of(duration_type(TimeUnit::kNano), {"PT-1S", "PT0S", "PT0.000000001S"}));
  expect_ascending(
      *column_of(parse_type("fixed_size_binary(2)"), {"\\x0000", "\\x00ff", "\\x7f00", "\\xff00"}));
}

TEST(Compare, OrdersTextByBytes) {
  for (const char* name : {"utf8", "binary"}) {
    BytesBuilder builder;
    for (const char* text : {"", "A", "a", "aa", "ab", "b", "\xC3\xA9", "\xF0\x9F\x98\x80"})
      builder.append(text);
    builder.append_null();
    expect_ascending(*builder.finish(parse_type(name)));
  }
}

TEST(Compare, OrdersBoolAndDictionary) {
  BoolBuilder flags;
  flags.append(false);
  flags.append(true);
  flags.append_null();
  expect_ascending(*flags.finish());
  BytesBuilder values;
  for (const char* text : {"z", "a", "m"})
    values.append(text);
  auto column = std::make_shared<Column>();
  column->type = parse_type("dictionary<int8, utf8>");
  column->length = 3;
  column->values = Buffer::copy("\1\2\0", 3);
  column->dictionary = values.finish(utf8_type());
  expect_ascending(*column);
}

TEST(Compare, ZerosAndNansAreEqual) {
  ColumnPtr column = column_of(float64_type(), {"0", "-0", "nan", "-nan"});
  EXPECT_TRUE(compare_values(*column, 0, *column, 1) == 0);
  EXPECT_TRUE(compare_values(*column, 2, *column, 3) == 0);
}

TEST(Compare, NullsAreLastOrFirst) {
  ColumnPtr column = column_of(int64_type(), {"1"});
  EXPECT_TRUE(compare_rows(*column, 0, *column, 1) < 0);
  EXPECT_TRUE(compare_rows(*column, 0, *column, 1, true) > 0);
  EXPECT_TRUE(compare_rows(*column, 1, *column, 0, true) < 0);
  EXPECT_TRUE(compare_rows(*column, 1, *column, 1, true) == 0);
}

ColumnPtr list_column(const TypePtr& type, std::vector<int32_t> offsets, const ColumnPtr& child) {
  auto column = std::make_shared<Column>();
  column->type = type;
  column->length = static_cast<int64_t>(offsets.size()) - 1;
  column->offsets = Buffer::copy(offsets.data(), static_cast<int64_t>(offsets.size() * 4));
  column->children = {child};
  return column;
}

TEST(Compare, OrdersListsAndStructsElementByElement) {
  // [], [1], [1, 1], [1, null], [2]
  FixedBuilder<int64_t> items;
  for (int value : {1, 1, 1, 1})
    items.append(value);
  items.append_null();
  items.append(2);
  ColumnPtr child = items.finish(int64_type());
  ColumnPtr list = list_column(list_type(int64_type()), {0, 0, 1, 3, 5, 6}, child);
  validate(*list);
  expect_ascending(*list);
  auto pair = std::make_shared<Column>();
  pair->type = struct_type({{"a", int64_type(), true, {}}, {"b", list->type, true, {}}});
  pair->length = 5;
  FixedBuilder<int64_t> same;
  for (int i = 0; i < 5; ++i)
    same.append(7);
  pair->children = {same.finish(int64_type()), list};
  expect_ascending(*pair);
}

TEST(Compare, IsAntisymmetricForEveryOrderableType) {
  testing::ColumnMaker maker(1);
  for (const TypePtr& type : testing::all_types()) {
    if (!is_orderable(*type)) continue;
    ColumnPtr a = maker.make(type, 20);
    ColumnPtr b = maker.make(type, 20);
    for (int64_t i = 0; i < 20; ++i) {
      EXPECT_TRUE(compare_rows(*a, i, *a, i) == 0);
      for (int64_t j = 0; j < 20; ++j) {
        bool less = compare_rows(*a, i, *b, j) < 0;
        EXPECT_EQ(less, compare_rows(*b, j, *a, i) > 0) << type->to_string();
      }
    }
  }
  EXPECT_FALSE(is_orderable(*parse_type("list<map<utf8, int8>>")));
  EXPECT_FALSE(is_orderable(*parse_type("month_interval")));
  EXPECT_FALSE(is_orderable(*parse_type("dictionary<int8, map<utf8, utf8>>")));
  EXPECT_TRUE(is_orderable(*parse_type("struct<a: list<utf8>>")));
}

std::string round_trip(std::string_view text) {
  return to_string(parse_sort_keys(text));
}

TEST(SortKeys, ParseAndPrint) {
  std::vector<SortKey> keys = parse_sort_keys("a,b:desc,c:desc:nulls-first, d:nulls-last:asc");
  ASSERT_EQ(keys.size(), 4U);
  EXPECT_EQ(keys[0].name, "a");
  EXPECT_TRUE(keys[1].descending && !keys[1].nulls_first);
  EXPECT_TRUE(keys[2].descending && keys[2].nulls_first);
  EXPECT_EQ(keys[3].name, "d");
  EXPECT_EQ(to_string(keys), "a,b:desc,c:desc:nulls-first,d");
  EXPECT_EQ(round_trip("\"a,b\":desc"), "\"a,b\":desc");
  EXPECT_EQ(round_trip("\"a:b\",\"say \"\"x\"\"\",\" c\",\"\""),
            "\"a:b\",\"say \"\"x\"\"\",\" c\",\"\"");
  EXPECT_EQ(round_trip("two words"), "two words");
}

TEST(SortKeys, RefuseAllElse) {
  auto refusal = [](std::string_view text) {
    try {
      parse_sort_keys(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kUsage);
      return error.message();
    }
    return std::string("no error");
  };
  EXPECT_EQ(refusal("a:dsc"), "key list 'a:dsc': 'dsc' is not a direction; did you mean 'desc'?");
  EXPECT_EQ(refusal(""), "key list '': a name is missing");
  EXPECT_EQ(refusal("a,"), "key list 'a,': a name is missing");
  EXPECT_EQ(refusal("a:asc:desc"), "key list 'a:asc:desc': 'a' has two directions");
  EXPECT_EQ(refusal("\"a"), "key list '\"a': a quote is not closed");
  EXPECT_EQ(refusal("\"a\"b"), "key list '\"a\"b': 'b' is not expected");
  EXPECT_NE(refusal("a:"), "no error");
  EXPECT_NE(refusal(":desc"), "no error");
  EXPECT_EQ(parse_key_names("a,\"b,c\""), (std::vector<std::string>{"a", "b,c"}));
  EXPECT_THROW(parse_key_names("a:desc"), Error);
}

}  // namespace
}  // namespace penstock
