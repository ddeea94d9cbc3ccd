#include "libcore/expr/expression.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

Batch numbers() {
  return make_batch({{"a", "int64", {"1", "2", "null", "-4"}},
                     {"b", "int32", {"10", "null", "30", "40"}},
                     {"x", "float64", {"0.5", "1.5", "nan", "null"}},
                     {"Name", "text", {"ann", "Bob", "null", "čeněk"}},
                     {"d", "date", {"1994-01-01", "1994-12-31", "1995-01-01", "null"}},
                     {"p", "decimal(15,2)", {"1.00", "-2.50", "null", "9999999999999.99"}}});
}

TEST(Expression, Arithmetic) {
  Batch batch = numbers();
  EXPECT_EQ(typed("a + 1", batch), "int64: 2 3 null -3");
  EXPECT_EQ(typed("a + b", batch), "int64: 11 null null 36");
  EXPECT_EQ(typed("b * 2", batch), "int64: 20 null 60 80");
  EXPECT_EQ(typed("-a", batch), "int64: -1 -2 null 4");
  EXPECT_EQ(typed("a / 2", batch), "float64: 0.5 1 null -2");
  EXPECT_EQ(typed("a % 3, ", batch).substr(0, 6), "error:");
  EXPECT_EQ(typed("a % 3", batch), "int64: 1 2 null -1");
  EXPECT_EQ(typed("div(a, 3)", batch), "int64: 0 0 null -1");
  EXPECT_EQ(typed("x * 2 + 1", batch), "float64: 2 4 nan null");
  EXPECT_EQ(typed("1 - x", batch), "float64: 0.5 -0.5 nan null");
  EXPECT_EQ(typed("p * (1 - 0.05)", batch),
            "decimal128(19,4): 0.9500 -2.3750 null 9499999999999.9905");
  EXPECT_EQ(typed("p + a", batch), "decimal128(22,2): 2.00 -0.50 null 9999999999995.99");
  EXPECT_EQ(typed("p * x", batch), "float64: 0.5 -3.75 null null");
}

TEST(Expression, Predicates) {
  Batch batch = numbers();
  auto rows = [&](std::string_view text) {
    return select_rows(*bind_predicate(text, *batch.schema), batch);
  };
  EXPECT_EQ(rows("a > 0"), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rows("a > 0 and x > 1"), (std::vector<int32_t>{1}));
  EXPECT_EQ(rows("d >= '1994-01-01' and d < '1995-01-01'"), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rows("d <= date '1995-03-31' - interval '90' day"), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rows("x between 0.5 and 2"), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rows("p between -2.5 and 1"), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rows("name = 'Bob' or Name like '%n%'"), (std::vector<int32_t>{0, 1, 3}));
  EXPECT_EQ(rows("b in (10, 40, 70)"), (std::vector<int32_t>{0, 3}));
  EXPECT_EQ(rows("a <> 2 and 10 / (a - 2) < 0"), (std::vector<int32_t>{0, 3}));
  EXPECT_EQ(rows("null"), (std::vector<int32_t>{}));
}

TEST(Expression, ErrorsPointIntoTheText) {
  Batch batch = numbers();
  EXPECT_EQ(error_of("aa + 1", batch), "unknown column 'aa'; did you mean 'a'?\n  aa + 1\n  ^");
  EXPECT_EQ(error_of("Name = 'é' + orign", batch),
            "unknown column 'orign'; the columns are a, b, x, Name, d, p\n  Name = 'é' + orign\n   "
            "            ^");
}

}  // namespace
}  // namespace penstock
