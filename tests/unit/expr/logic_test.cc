#include "libcore/expr/logic.h"

#include <gtest/gtest.h>

#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

// Every pair of true, false and null.
Batch pairs() {
  return make_batch(
      {{"a", "bool", {"true", "true", "true", "false", "false", "false", "null", "null", "null"}},
       {"b", "bool", {"true", "false", "null", "true", "false", "null", "true", "false", "null"}}});
}

TEST(Logic, ThreeValuedTables) {
  Batch batch = pairs();
  EXPECT_EQ(eval("a and b", batch), "true false null false false false null false null");
  EXPECT_EQ(eval("a or b", batch), "true true true true false null true null null");
  EXPECT_EQ(eval("not a", batch), "false false false true true true null null null");
  EXPECT_EQ(eval("a = b", batch), "true false null false true null null null null");
  EXPECT_EQ(eval("a is distinct from b", batch), "false true true true false true true true false");
  EXPECT_EQ(eval("a is not distinct from b", batch),
            "true false false false true false false false true");
  EXPECT_EQ(eval("a is true", batch), "true true true false false false false false false");
  EXPECT_EQ(eval("a is not true", batch), "false false false true true true true true true");
  EXPECT_EQ(eval("a is false", batch), "false false false true true true false false false");
  EXPECT_EQ(eval("a is not false", batch), "true true true false false false true true true");
  EXPECT_EQ(eval("a is unknown", batch), "false false false false false false true true true");
  EXPECT_EQ(eval("a is not unknown", batch), "true true true true true true false false false");
  EXPECT_EQ(eval("a is null", batch), "false false false false false false true true true");
  EXPECT_EQ(eval("a isnull or b notnull", batch), "true true false true true false true true true");
  EXPECT_EQ(eval("a and b and not a", batch),
            "false false false false false false null false null");
}

TEST(Logic, ConstantsInEveryPlace) {
  Batch batch = pairs();
  EXPECT_EQ(eval("a and null", batch), "null null null false false false null null null");
  EXPECT_EQ(eval("null or a", batch), "true true true null null null null null null");
  EXPECT_EQ(eval("true and false"), "false");
  EXPECT_EQ(eval("null and null"), "null");
  EXPECT_EQ(eval("not null"), "null");
  EXPECT_EQ(eval("1 is null"), "false");
  EXPECT_EQ(eval("null is null"), "true");
}

// A side that can fail sees only the rows that the sides before it left open.
TEST(Logic, NarrowsWhatCanFail) {
  Batch batch = make_batch({{"x", "int64", {"0", "5", "null", "20", "0"}}});
  EXPECT_EQ(eval("x <> 0 and 10 / x > 1", batch), "false true null false false");
  EXPECT_EQ(eval("x = 0 or 10 / x > 1", batch), "true true null false true");
  EXPECT_EQ(eval("not (x = 0) and (x > 9 or 10 / x > 1)", batch), "false true null true false");
  EXPECT_EQ(eval("case when x = 0 then -1 else 10 / x end", batch), "-1 2 null 0.5 -1");
  EXPECT_EQ(eval("coalesce(nullif(x, 0), 7)", batch), "7 5 7 20 7");
  EXPECT_EQ(eval("coalesce(x * 1.0, 1 / 0)", make_batch({{"x", "int64", {"1", "2"}}})), "1 2");
  EXPECT_EQ(eval("10 / x > 1 and x <> 0", batch), "error: division by zero");
  EXPECT_EQ(eval("x <> 0 and 10 / (x - 5) > 0", batch), "error: division by zero");
  auto rows = [&](std::string_view text) {
    return select_rows(*bind_predicate(text, *batch.schema), batch);
  };
  EXPECT_EQ(rows("x <> 0 and 10 / x > 1"), (std::vector<int32_t>{1}));
  EXPECT_EQ(rows("x <> 0 and x <> 5 and 10 / (x - 5) > 0 and 1 / x > 0"),
            (std::vector<int32_t>{3}));
  EXPECT_EQ(rows("x > 100 and 1 / 0 > 0"), (std::vector<int32_t>{}));
  EXPECT_EQ(rows("null and x = 0"), (std::vector<int32_t>{}));
}

// Many rows: whole words of bitmaps, a tail, and narrowing below a row in eight.
TEST(Logic, ManyRows) {
  TestColumn x{"x", "int64", {}};
  for (int i = 0; i < 1000; ++i)
    x.rows.push_back(i % 7 == 0 ? "null" : std::to_string(i));
  Batch batch = make_batch({x});
  auto count = [&](std::string_view text) {
    return select_rows(*bind_predicate(text, *batch.schema), batch).size();
  };
  EXPECT_EQ(count("x >= 0"), 857U);
  EXPECT_EQ(count("x < 10 and x > 3"), 5U);  // 4 5 6 8 9
  EXPECT_EQ(count("x < 10 and x > 3 and x <> 5"), 4U);
  EXPECT_EQ(count("x < 500 and 1000 / (x - 600) < 0"), 428U);
  EXPECT_EQ(count("x < 10 or x >= 990 or x is null"), 8U + 9U + 143U);
  EXPECT_EQ(count("not (x < 990)"), 9U);
}

}  // namespace
}  // namespace penstock
