#include "libcore/expr/prune/meaning.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "tests/unit/expr/prune/known_zones.h"
#include "tests/unit/expr/prune/random_conditions.h"
#include "tests/unit/property_rounds.h"

namespace penstock::testing {
namespace {

TEST_F(KnownZones, ComparesAColumnWithConstants) {
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

TEST_F(KnownZones, JoinsConditions) {
  EXPECT_EQ((*this)("x > 5 and t = 'b'"), "01101");
  EXPECT_EQ((*this)("x = 3 or x = 7"), "11001");
  EXPECT_EQ((*this)("not (x = 7 or x is null)"), "10101");
  EXPECT_EQ((*this)("x = 3 and false"), "00000");
  EXPECT_EQ((*this)("x = 3 or null"), "10001");
}

TEST_F(KnownZones, SkipsRowsThatWouldFail) {
  EXPECT_EQ((*this)("x > 100 and 1 / (x - x) > 0"), "00101");
}

TEST_F(KnownZones, SkipsZonesWithoutRows) {
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

TEST(MayMatch, KeepsEveryZoneWithRowsThatMatch) {
  ConditionMaker random(7);
  int skipped = 0;
  int matched = 0;
  for (int round = 0; round < property_rounds(400); ++round) {
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
  EXPECT_GT(matched, property_rounds(400) * 50);
  EXPECT_GT(skipped, property_rounds(400) * 50);
}

}  // namespace
}  // namespace penstock::testing
