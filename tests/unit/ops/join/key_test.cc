#include "libcore/ops/join/key.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;

std::string common(const TypePtr& left, const TypePtr& right) {
  TypePtr there = common_key_type({"a", left, true, {}}, {"b", right, true, {}});
  TypePtr back = common_key_type({"b", right, true, {}}, {"a", left, true, {}});
  EXPECT_TRUE(equals(*there, *back));
  return there->to_string();
}

TEST(JoinKey, TypesWhoseValuesCanBeEqualHaveOneThatBendsNone) {
  EXPECT_EQ(common(int32_type(), int64_type()), "int64");
  EXPECT_EQ(common(make_type(TypeId::kUint8), make_type(TypeId::kInt8)), "int64");
  EXPECT_EQ(common(uint64_type(), make_type(TypeId::kUint8)), "uint64");
  EXPECT_EQ(common(uint64_type(), int32_type()), "decimal128(38,0)");
  EXPECT_EQ(common(make_type(TypeId::kFloat32), float64_type()), "float64");
  EXPECT_EQ(common(decimal_type(10, 2), decimal_type(20, 4)), "decimal128(38,4)");
  EXPECT_EQ(common(decimal_type(10, 2), int64_type()), "decimal128(38,2)");
  EXPECT_EQ(common(date_type(), make_type(TypeId::kDate64)), "date32");
  EXPECT_EQ(
      common(timestamp_type(TimeUnit::kSecond, "UTC"), timestamp_type(TimeUnit::kNano, "UTC")),
      "timestamp[ns, UTC]");
  for (const TypePtr& type : testing::tried_types())
    EXPECT_EQ(common(type, type), type->to_string());
}

TEST(JoinKey, OtherPairsAreAnErrorThatNamesBoth) {
  for (const auto& pair : std::vector<std::pair<TypePtr, TypePtr>>{
           {utf8_type(), int64_type()},
           {decimal_type(10, 2), float64_type()},
           {timestamp_type(TimeUnit::kSecond), timestamp_type(TimeUnit::kSecond, "UTC")},
           {date_type(), timestamp_type(TimeUnit::kSecond)},
           {bool_type(), int32_type()}}) {
    const TypePtr& left = pair.first;
    const TypePtr& right = pair.second;
    std::string error = error_of([&] {
      common_key_type({"a", left, true, {}}, {"b", right, true, {}});
    });
    EXPECT_NE(error.find("'a'"), std::string::npos) << error;
    EXPECT_NE(error.find("'b'"), std::string::npos) << error;
    EXPECT_NE(error.find(left->to_string()), std::string::npos) << error;
    EXPECT_NE(error.find(right->to_string()), std::string::npos) << error;
  }
}

std::vector<std::string> converted(const ColumnPtr& values, const TypePtr& type) {
  ColumnPtr keys = to_key_type(values, type);
  validate(*keys);
  EXPECT_TRUE(equals(*keys->type, *type));
  std::vector<std::string> texts;
  for (int64_t i = 0; i < keys->length; ++i) {
    texts.emplace_back(keys->is_null(i) ? "null" : "");
    if (keys->is_valid(i)) append_text(texts.back(), *keys, i);
  }
  return texts;
}

TEST(JoinKey, ValuesThatTheTypeDoesNotHaveBecomeNull) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(
      converted(column(float64_type(), {"1", "1.5", "-0", "nan", "1e30", "null"}), int64_type()),
      (Texts{"1", "null", "0", "null", "null", "null"}));
  EXPECT_EQ(converted(column(make_type(TypeId::kUint8), {"255", "7", "null"}), uint64_type()),
            (Texts{"255", "7", "null"}));
  EXPECT_EQ(converted(column(decimal_type(10, 2), {"1.25", "null"}), decimal_type(38, 4)),
            (Texts{"1.2500", "null"}));
  ColumnPtr same = column(utf8_type(), {"a", "null"});
  EXPECT_EQ(to_key_type(same, utf8_type()), same);
}

TEST(JoinKey, RowsWithAndWithoutAKey) {
  std::vector<ColumnPtr> keys = {column(int32_type(), {"1", "null", "3", "4"}),
                                 column(utf8_type(), {"a", "b", "null", "d"})};
  EXPECT_EQ(rows_with_key(keys, 4), (std::vector<RowIndex>{0, 3}));
  EXPECT_EQ(rows_without_key(keys, 4), (std::vector<RowIndex>{1, 2}));
}

}  // namespace
}  // namespace penstock
