#include "libcore/data/number/one_zero.h"

#include <gtest/gtest.h>

#include "libcore/data/compare.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

using testing::ColumnMaker;
using testing::rows_as_json;

// Values that compare as equal print the same afterwards; all others as before.
TEST(OneZero, EqualValuesHaveOneText) {
  ColumnMaker maker(3);
  for (const TypePtr& type : testing::all_types()) {
    SCOPED_TRACE(type->to_string());
    ColumnPtr column = maker.make(type, 40);
    ColumnPtr changed = with_one_zero(column);
    validate(*changed);
    std::vector<std::string> before = rows_as_json(*column);
    std::vector<std::string> after = rows_as_json(*changed);
    for (size_t i = 0; i < before.size(); ++i) {
      if (before[i].find('0') != std::string::npos) continue;
      EXPECT_EQ(before[i], after[i]);
    }
    if (!is_orderable(*type)) continue;
    for (int64_t i = 0; i < column->length; ++i) {
      for (int64_t j = 0; j < column->length; ++j) {
        EXPECT_EQ(compare_rows(*column, i, *column, j), compare_rows(*changed, i, *changed, j));
      }
    }
  }
}

TEST(OneZero, OfEveryWidthAndWithin) {
  for (const char* type : {"float16", "float32", "float64"}) {
    MutableBuffer values;
    for (const char* text : {"-0", "0", "-1.5", "nan", "-inf"}) {
      ASSERT_TRUE(append_parsed(values, *parse_type(type), text));
    }
    ColumnPtr column = make_column(parse_type(type), 5, values.freeze());
    EXPECT_EQ(rows_as_json(*column)[0], "-0");
    EXPECT_EQ(rows_as_json(*with_one_zero(column)),
              (std::vector<std::string>{"0", "0", "-1.5", "\"nan\"", "\"-inf\""}));
    auto pair = std::make_shared<Column>();
    pair->type = struct_type({{"x", column->type, true, {}}});
    pair->length = 5;
    pair->children = {column};
    EXPECT_EQ(rows_as_json(*with_one_zero(pair))[0], "{\"x\":0}");
  }
}

}  // namespace
}  // namespace penstock
