#include "libcore/keys/normalized_key.h"

#include <gtest/gtest.h>

#include "libcore/data/compare.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;

int sign(int value) {
  return (value > 0) - (value < 0);
}
int sign(std::weak_ordering order) {
  return (order > 0) - (order < 0);
}

int expected_order(const Column& column, int64_t a, int64_t b, KeyDirection direction) {
  int order = sign(compare_rows(column, a, column, b, direction.nulls_first));
  bool both = column.is_valid(a) && column.is_valid(b);
  return direction.descending && both ? -order : order;
}

void expect_same_order(const Column& column, KeyCoding coding, KeyDirection direction,
                       bool narrow) {
  if (narrow) coding.observe(column);
  if (narrow) coding.narrow();
  std::vector<KeyCoding> codings = {coding};
  std::vector<ColumnPtr> columns = {std::make_shared<const Column>(column)};
  NormalizedKeys keys;
  keys.encode(codings, columns, column.length);
  std::vector<uint64_t> codes(static_cast<size_t>(column.length));
  if (coding.is_code()) coding.append_codes(column, codes.data());
  for (int64_t a = 0; a < column.length; ++a) {
    for (int64_t b = 0; b < column.length; ++b) {
      int expected = expected_order(column, a, b, direction);
      ASSERT_EQ(sign(keys.row(a).compare(keys.row(b))), expected)
          << column.type->to_string() << " rows " << a << ", " << b << " descending "
          << direction.descending << " nulls first " << direction.nulls_first << " narrow "
          << narrow;
      if (!coding.is_code()) continue;
      auto x = codes[static_cast<size_t>(a)];
      auto y = codes[static_cast<size_t>(b)];
      ASSERT_EQ((x > y) - (x < y), expected) << column.type->to_string();
    }
  }
}

TEST(NormalizedKey, OrdersAsCompareRowsDoes) {
  Random random(1);
  for (const TypePtr& type : testing::tried_types()) {
    for (int null_percent : {0, 20, 100}) {
      for (int64_t domain : {3, 1000}) {
        ColumnPtr column = testing::random_column(random, type, 60, domain, null_percent);
        for (int bits = 0; bits < 8; ++bits) {
          KeyDirection direction{(bits & 1) != 0, (bits & 2) != 0};
          expect_same_order(*column, KeyCoding(type, direction), direction, (bits & 4) != 0);
        }
      }
    }
  }
}

TEST(NormalizedKey, NarrowsToTheBytesOfTheRange) {
  KeyCoding coding(int64_type(), {});
  EXPECT_EQ(coding.code_bytes(), 9);
  coding.observe(*testing::column(int64_type(), {"1000000", "1000255"}));
  coding.narrow();
  EXPECT_EQ(coding.code_bytes(), 1);
  KeyCoding with_null(int64_type(), {});
  with_null.observe(*testing::column(int64_type(), {"1000000", "1000256", "null"}));
  with_null.narrow();
  EXPECT_EQ(with_null.code_bytes(), 3);
}

TEST(NormalizedKey, FixedSizeBytesAndWideDecimals) {
  Type fixed;
  fixed.id = TypeId::kFixedSizeBinary;
  fixed.width = 3;
  auto type = std::make_shared<const Type>(fixed);
  ColumnPtr column = make_column(type, 4, Buffer::copy("abcab\xFF\0\0\0abc", 12));
  for (bool narrow : {false, true}) {
    expect_same_order(*column, KeyCoding(type, {}), {}, narrow);
    expect_same_order(*column, KeyCoding(type, {true, false}), {true, false}, narrow);
  }
}

TEST(NormalizedKey, NoKeyIsAPrefixOfAnother) {
  ColumnPtr text = testing::column(utf8_type(), {"a", std::string("a\0", 2), "", "ab", "null"});
  std::vector<KeyCoding> codings = {KeyCoding(utf8_type(), {})};
  NormalizedKeys keys;
  std::vector<ColumnPtr> columns = {text};
  keys.encode(codings, columns, 5);
  for (int64_t a = 0; a < 5; ++a) {
    for (int64_t b = 0; b < 5; ++b) {
      EXPECT_EQ(keys.row(a).starts_with(keys.row(b)), a == b) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace penstock
