#include "libcore/expr/prune/may_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "tests/unit/expr/evaluate.h"
#include "tests/unit/expr/prune/random_conditions.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

using testing::ConditionMaker;

// A digit for each zone: 1 where rows may match.
std::string matches(const std::string& condition, const Schema& schema, const Zones& zones) {
  std::string text;
  for (bool may : may_match(*bind_predicate(condition, schema), zones))
    text += may ? '1' : '0';
  return text;
}

ColumnPtr numbers(const std::vector<std::string>& rows) {
  return make_test_column(int64_type(), rows);
}

// Zones of ten rows: of an int32 from 1 to 5, of 7 alone, from 10 on with nulls, of nulls alone,
// and of what is not known.
class MayMatchTest : public ::testing::Test {
 protected:
  std::string operator()(const std::string& condition) const {
    return matches(condition, schema, zones);
  }

  Schema schema{{{"x", int32_type(), true, {}}, {"t", utf8_type(), true, {}}}, {}};
  Zones zones{5,
              numbers({"10", "10", "10", "10", "10"}),
              {{make_test_column(int32_type(), {"1", "7", "10", "null", "null"}),
                make_test_column(int32_type(), {"5", "7", "null", "null", "null"}),
                numbers({"0", "0", "3", "10", "null"})},
               {make_test_column(utf8_type(), {"abc", "b", "", "null", "null"}),
                make_test_column(utf8_type(), {"abd", "b", "zz", "null", "null"}),
                numbers({"0", "0", "1", "10", "null"})}}};
};

TEST_F(MayMatchTest, ComparesAColumnWithConstants) {
  EXPECT_EQ((*this)("x = 3"), "10001");
  EXPECT_EQ((*this)("x = 7"), "01001");
  EXPECT_EQ((*this)("x <> 7"), "10101");
  EXPECT_EQ((*this)("x < 1"), "00001");
  EXPECT_EQ((*this)("x <= 1"), "10001");
  EXPECT_EQ((*this)("x > 5"), "01101");
  EXPECT_EQ((*this)("5 > x"), "10001");
  EXPECT_EQ((*this)("x >= 5.5"), "01101");
  EXPECT_EQ((*this)("x between 6 and 8"), "01001");
  EXPECT_EQ((*this)("x not between 6 and 8"), "10101");
  EXPECT_EQ((*this)("x in (0, 6, 7, 8, 9, 20, 30, 40)"), "01101");
  EXPECT_EQ((*this)("x not in (0, 7)"), "10101");
  EXPECT_EQ((*this)("x is distinct from 7"), "10111");
}

TEST_F(MayMatchTest, KnowsNulls) {
  EXPECT_EQ((*this)("x is null"), "00111");
  EXPECT_EQ((*this)("x is not null"), "11101");
  EXPECT_EQ((*this)("(x > 5) is unknown"), "00111");
  EXPECT_EQ((*this)("(x > 5) is not true"), "10111");
  EXPECT_EQ((*this)("not (x > 5)"), "10001");
  EXPECT_EQ((*this)("x is not distinct from null"), "00111");
}

TEST_F(MayMatchTest, JoinsConditions) {
  EXPECT_EQ((*this)("x > 5 and t = 'b'"), "01101");
  EXPECT_EQ((*this)("x = 3 or x = 7"), "11001");
  EXPECT_EQ((*this)("not (x = 7 or x is null)"), "10101");
  EXPECT_EQ((*this)("x = 3 and false"), "00000");
  EXPECT_EQ((*this)("x = 3 or null"), "10001");
}

TEST_F(MayMatchTest, FollowsRisingCalls) {
  EXPECT_EQ((*this)("x + 10 = 17"), "01001");
  EXPECT_EQ((*this)("x - 1 < 4"), "10001");
  EXPECT_EQ((*this)("x::float64 > 5.5"), "01101");
  EXPECT_EQ((*this)("x::text = '7'"), "11101");
}

TEST_F(MayMatchTest, ComparesBeginningsOfText) {
  EXPECT_EQ((*this)("t like 'ab%'"), "10101");
  EXPECT_EQ((*this)("t like 'abz%'"), "00101");
  EXPECT_EQ((*this)("t not like 'ab%'"), "01101");
  EXPECT_EQ((*this)("t like 'b'"), "01101");
  EXPECT_EQ((*this)("t like 'a_c'"), "10101");
  EXPECT_EQ((*this)("t ilike 'zz%'"), "11101");
}

TEST_F(MayMatchTest, SkipsRowsThatWouldFail) {
  EXPECT_EQ((*this)("x > 100 and 1 / (x - x) > 0"), "00101");
}

TEST_F(MayMatchTest, SkipsZonesWithoutRows) {
  zones.rows = numbers({"0", "10", "null", "0", "0"});
  EXPECT_EQ((*this)("true"), "01100");
}

// Bounds of rows as statistics have them: some unknown, some wider than the rows.
void add_bounds(ConditionMaker& random, const Batch& rows, std::vector<std::vector<ColumnPtr>>& min,
                std::vector<std::vector<ColumnPtr>>& max,
                std::vector<FixedBuilder<int64_t>>& nulls) {
  for (size_t k = 0; k < rows.columns.size(); ++k) {
    const Column& column = *rows.columns[k];
    RowIndex first = -1;
    RowIndex last = -1;
    for (RowIndex i = 0; i < column.length; ++i) {
      if (column.is_null(i)) continue;
      if (first < 0 || compare_values(column, i, column, first) < 0) first = i;
      if (last < 0 || compare_values(column, i, column, last) > 0) last = i;
    }
    if (random.below(8) == 0) first = -1;
    if (random.below(8) == 0) last = -1;
    min[k].push_back(take_or_null(column, {{first}}));
    max[k].push_back(take_or_null(column, {{last}}));
    if (column.type->id == TypeId::kUtf8 && first >= 0 && random.below(2) == 0)
      min[k].back() =
          make_test_column(column.type, {std::string(column.bytes_at(first).substr(0, 1) == "\xC3"
                                                         ? ""
                                                         : column.bytes_at(first).substr(0, 1))});
    if (column.type->id == TypeId::kUtf8 && last >= 0 && random.below(2) == 0)
      max[k].back() = make_test_column(column.type, {std::string(column.bytes_at(last)) + "~"});
    if (random.below(8) == 0) {
      nulls[k].append_null();
    } else {
      nulls[k].append(column.null_count);
    }
  }
}

Zones zones_of(ConditionMaker& random, const std::vector<Batch>& parts) {
  const size_t width = parts[0].columns.size();
  std::vector<std::vector<ColumnPtr>> min(width);
  std::vector<std::vector<ColumnPtr>> max(width);
  std::vector<FixedBuilder<int64_t>> nulls(width);
  FixedBuilder<int64_t> rows;
  for (const Batch& part : parts) {
    add_bounds(random, part, min, max, nulls);
    rows.append(part.rows);
  }
  Zones zones{static_cast<int64_t>(parts.size()), rows.finish(int64_type()), {}};
  for (size_t k = 0; k < width; ++k)
    zones.columns.push_back(
        {concatenate(min[k]), concatenate(max[k]), nulls[k].finish(int64_type())});
  check_zones(zones, *parts[0].schema);
  return zones;
}

// The rows that a condition selects; all when it fails, for then a zone may be skipped or not.
std::vector<RowIndex> selected(const Expression& condition, const Batch& rows) {
  try {
    return select_rows(condition, rows);
  } catch (const Error&) {
    return {};
  }
}

TEST(MayMatch, KeepsEveryZoneWithRowsThatMatch) {
  ConditionMaker random(7);
  int skipped = 0;
  int matched = 0;
  for (int round = 0; round < testing::property_rounds(400); ++round) {
    std::vector<Batch> parts;
    for (int zone = 0; zone < 6; ++zone)
      parts.push_back(random.make_rows(static_cast<int64_t>(1 + random.below(4))));
    const Zones zones = zones_of(random, parts);
    for (int i = 0; i < 40; ++i) {
      const std::string text = random.make(static_cast<int>(random.below(4)));
      ExpressionPtr condition;
      try {
        condition = bind_predicate(text, *parts[0].schema);
      } catch (const Error&) {
        continue;
      }
      const std::vector<bool> may = may_match(*condition, zones);
      for (size_t zone = 0; zone < parts.size(); ++zone) {
        const bool matches = !selected(*condition, parts[zone]).empty();
        ASSERT_TRUE(may[zone] || !matches) << text << " in zone " << zone << " of round " << round;
        matched += matches ? 1 : 0;
        skipped += may[zone] ? 0 : 1;
      }
    }
  }
  // Both occur often enough to mean something.
  EXPECT_GT(matched, testing::property_rounds(400) * 50);
  EXPECT_GT(skipped, testing::property_rounds(400) * 50);
}

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
  for (int round = 0; round < testing::property_rounds(600); ++round) {
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
  EXPECT_GT(limited_count, testing::property_rounds(600));
}

}  // namespace
}  // namespace penstock
