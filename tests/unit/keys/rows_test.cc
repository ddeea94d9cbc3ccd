#include "libcore/keys/rows.h"

#include <gtest/gtest.h>

#include "libcore/keys/value.h"
#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;

std::vector<TypePtr> key_types() {
  std::vector<TypePtr> types;
  for (const TypePtr& type : testing::all_types()) {
    if (is_key_type(*type) && equals(*plain(type), *type)) types.push_back(type);
  }
  return types;
}

TEST(KeyRows, EveryTypeComesBackAsItWentIn) {
  Random random(1);
  testing::ColumnMaker maker(1);
  std::vector<TypePtr> types = key_types();
  EXPECT_GT(types.size(), 15U);
  KeyRows encoded;  // reused, as it is from batch to batch
  for (int round = 0; round < 200; ++round) {
    auto rows = static_cast<int64_t>(random() % 100);
    std::vector<ColumnPtr> keys;
    for (size_t c = 0; c <= random() % 4; ++c)
      keys.push_back(maker.make(types[random() % types.size()], rows));
    encoded.encode(keys, rows);
    std::vector<std::string_view> views;
    for (int64_t i = 0; i < rows; ++i)
      views.push_back(encoded.row(i));
    for (const ColumnPtr& key : keys) {
      ColumnPtr back = decode_next_column(key->type, views);
      validate(*back);
      // What went in, but that floats have one zero and one NaN.
      KeyRows again;
      again.encode({&back, 1}, rows);
      KeyRows before;
      before.encode({&key, 1}, rows);
      for (int64_t i = 0; i < rows; ++i) {
        ASSERT_EQ(again.row(i), before.row(i)) << key->type->to_string();
        ASSERT_EQ(back->is_null(i), key->is_null(i));
      }
    }
    for (std::string_view view : views)
      EXPECT_TRUE(view.empty());
  }
}

TEST(KeyRows, AreEqualExactlyWhenTheKeysAre) {
  // Texts that would be alike if only put one after the other.
  std::vector<ColumnPtr> keys = {column(utf8_type(), {"a", "ab", "", "null", "a", "null"}),
                                 column(utf8_type(), {"bc", "c", "abc", "abc", "bc", "abc"})};
  KeyRows rows;
  rows.encode(keys, 6);
  for (int64_t i = 0; i < 6; ++i) {
    for (int64_t j = 0; j < 6; ++j) {
      bool equal = i == j || (i % 4 == 0 && j % 4 == 0) || (i + j == 8 && i != j && i % 2 == 1);
      EXPECT_EQ(rows.row(i) == rows.row(j), equal) << i << ", " << j;
    }
  }
  std::vector<ColumnPtr> floats = {column(float64_type(), {"0", "-0", "nan", "-nan", "1"})};
  rows.encode(floats, 5);
  EXPECT_EQ(rows.row(0), rows.row(1));
  EXPECT_EQ(rows.row(2), rows.row(3));
  EXPECT_NE(rows.row(0), rows.row(4));
}

}  // namespace
}  // namespace penstock
