#include "libcore/expr/prune/key_values.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "tests/unit/expr/evaluate.h"
#include "tests/unit/expr/prune/known_zones.h"
#include "tests/unit/expr/prune/random_conditions.h"
#include "tests/unit/property_rounds.h"

namespace penstock::testing {
namespace {

std::set<std::string> keys_of(const std::string& condition, const Batch& rows,
                              const std::vector<size_t>& columns, bool* limited) {
  const std::optional<Batch> keys =
      equal_keys(*bind_predicate(condition, *rows.schema), *rows.schema, columns);
  *limited = keys.has_value();
  std::set<std::string> result;
  for (int64_t i = 0; keys && i < keys->rows; ++i) {
    std::string key;
    for (const ColumnPtr& column : keys->columns)
      key += (key.empty() ? "" : " ") + show(*slice(column, i, 1));
    result.insert(key);
  }
  return result;
}

std::string keys_text(const std::string& condition, const Batch& rows,
                      const std::vector<size_t>& columns) {
  bool limited = false;
  std::string text;
  for (const std::string& key : keys_of(condition, rows, columns, &limited))
    text += (text.empty() ? "" : ", ") + key;
  return limited ? text : "any";
}

TEST(EqualKeys, FindsTheKeysThatAConditionAsksFor) {
  const Batch rows = make_batch({{"a", "int32", {"1"}},
                                 {"b", "utf8", {"x"}},
                                 {"c", "decimal128(9,2)", {"1.00"}},
                                 {"d", "bool", {"true"}}});
  EXPECT_EQ(keys_text("a = 1", rows, {0}), "1");
  EXPECT_EQ(keys_text("1 = a and b > 'x'", rows, {0}), "1");
  EXPECT_EQ(keys_text("a in (3, 1, 3)", rows, {0}), "1, 3");
  EXPECT_EQ(keys_text("a in (1, 2, null)", rows, {0}), "1, 2");
  EXPECT_EQ(keys_text("a = 1 or a = 2", rows, {0}), "1, 2");
  EXPECT_EQ(keys_text("a = 1 and b in ('x', 'y')", rows, {0, 1}), "1 'x', 1 'y'");
  EXPECT_EQ(keys_text("(a = 1 and b = 'x') or (a = 2 and b = 'y')", rows, {1, 0}), "'x' 1, 'y' 2");
  EXPECT_EQ(keys_text("a = 1 and a = 2", rows, {0}), "");
  EXPECT_EQ(keys_text("a = 1 and b like 'x'", rows, {0, 1}), "1 'x'");
  EXPECT_EQ(keys_text("a is null", rows, {0}), "null");
  EXPECT_EQ(keys_text("a is not distinct from null", rows, {0}), "null");
  EXPECT_EQ(keys_text("d and a = 3", rows, {3, 0}), "true 3");
  // Through casts, where a key may have the value.
  EXPECT_EQ(keys_text("c = 1.5", rows, {2}), "1.50");
  EXPECT_EQ(keys_text("c = 1.505", rows, {2}), "");
  EXPECT_EQ(keys_text("a = 5000000000", rows, {0}), "");
  EXPECT_EQ(keys_text("a::bigint = 5", rows, {0}), "5");
  // Not limited.
  EXPECT_EQ(keys_text("a = 1 or b = 'x'", rows, {0}), "any");
  EXPECT_EQ(keys_text("a = 1", rows, {0, 1}), "any");
  EXPECT_EQ(keys_text("a > 1", rows, {0}), "any");
  EXPECT_EQ(keys_text("not a = 1", rows, {0}), "any");
  EXPECT_EQ(keys_text("a::float64 = 1", rows, {0}), "any");
  EXPECT_EQ(keys_text("a + 1 = 2", rows, {0}), "any");
}

TEST(EqualKeys, HasALimit) {
  const Batch rows = make_batch({{"a", "int32", {"1"}}, {"b", "int32", {"1"}}});
  std::string list = "0";
  for (int i = 1; i < 40; ++i)
    list += ", " + std::to_string(i);
  bool limited = false;
  EXPECT_EQ(keys_of("a in (" + list + ") and b in (1, 2)", rows, {0, 1}, &limited).size(), 80U);
  // 1,600 pairs are too many; the 40 values of one column are not.
  const std::string both = "a in (" + list + ") and b in (" + list + ")";
  EXPECT_EQ(keys_text(both, rows, {0, 1}), "any");
  EXPECT_EQ(keys_of(both, rows, {1}, &limited).size(), 40U);
}

TEST(EqualKeys, HoldTheKeysOfEveryRowThatMatches) {
  ConditionMaker random(11);
  int limited_count = 0;
  for (int round = 0; round < property_rounds(600); ++round) {
    const Batch rows = random.make_rows(20);
    for (int i = 0; i < 20; ++i) {
      const size_t column = random.below(rows.columns.size());
      const std::string text = random.make_equality(column) +
                               (random.below(2) == 0 ? " and " : " or ") +
                               random.make(static_cast<int>(random.below(3)));
      ExpressionPtr condition;
      try {
        condition = bind_predicate(text, *rows.schema);
      } catch (const Error&) {
        continue;
      }
      const size_t columns[] = {column};
      const std::optional<Batch> keys = equal_keys(*condition, *rows.schema, columns);
      if (!keys) continue;
      ++limited_count;
      for (RowIndex row : selected(*condition, rows)) {
        bool found = false;
        for (int64_t k = 0; k < keys->rows; ++k)
          found |= compare_rows(*keys->columns[0], k, *rows.columns[column], row) == 0;
        ASSERT_TRUE(found) << text << " row " << row << " of round " << round;
      }
    }
  }
  EXPECT_GT(limited_count, property_rounds(600));
}

}  // namespace
}  // namespace penstock::testing
