#include "libcore/ops/aggregate/window.h"

#include <gtest/gtest.h>

#include <map>

#include "libcore/base/error.h"
#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::Skew;
using testing::source;
using testing::table;

std::vector<std::string> windowed(const Batch& rows, const std::vector<std::string>& keys,
                                  std::string_view list, const SpillOptions& spill = {}) {
  OperatorPtr window = make_window(source(rows, 100), keys, list, spill);
  return testing::run(*window).rows;
}

using Rows = std::vector<std::string>;

const Batch& sales() {
  static const Batch rows = table({{"k", column(utf8_type(), {"b", "a", "null", "b", "null"})},
                                   {"x", column(int64_type(), {"1", "2", "3", "null", "5"})}});
  return rows;
}

TEST(Window, EveryRowBesideWhatIsTrueOfItsGroup) {
  EXPECT_EQ(windowed(sales(), {"k"}, "sum(x) as total, count(*) as n"),
            (Rows{"b|1|1|2", "a|2|2|1", "null|3|8|2", "b|null|1|2", "null|5|8|2"}));
}

TEST(Window, WithoutKeysAllRowsAreOneGroup) {
  EXPECT_EQ(windowed(sales(), {}, "max(x) as most"),
            (Rows{"b|1|5", "a|2|5", "null|3|5", "b|null|5", "null|5|5"}));
  EXPECT_EQ(windowed(slice(sales(), 0, 0), {}, "count(*) as n"), Rows{});
  EXPECT_EQ(windowed(slice(sales(), 0, 0), {"k"}, "count(*) as n"), Rows{});
}

TEST(Window, ANameOfTheInputIsRefused) {
  EXPECT_THROW(windowed(sales(), {"k"}, "sum(x) as x"), Error);
  EXPECT_THROW(windowed(sales(), {}, "sum(x) as k"), Error);
  EXPECT_THROW(windowed(sales(), {"y"}, "sum(x) as t"), Error);
}

// The answer counted by hand, at every budget.
TEST(Window, SpilledOrNotTheSame) {
  Random random(7);
  for (Skew skew : testing::kSkews) {
    Batch rows = testing::keyed_table(testing::skewed_column(random, int32_type(), 6000, skew), 50);
    std::vector<std::string> plain = testing::rows_of(rows);
    std::map<std::string, int64_t> counts;
    auto key_of = [](const std::string& row) {
      size_t begin = row.find('|') + 1;
      return row.substr(begin, row.find('|', begin) - begin);
    };
    for (const std::string& row : plain)
      ++counts[key_of(row)];
    Rows expected;
    for (const std::string& row : plain)
      expected.push_back(row + "|" + std::to_string(counts[key_of(row)]));
    for (int64_t memory : {kLeastMemory, int64_t{1} << 20, int64_t{1} << 30}) {
      EXPECT_EQ(windowed(rows, {"k"}, "count(*) as n", {memory, ""}), expected) << memory;
    }
  }
}

}  // namespace
}  // namespace penstock
