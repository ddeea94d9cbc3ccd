#include "libcore/ops/filter.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

Batch counted_rows() {
  using testing::column;
  return testing::table({{"a", column(int64_type(), {"1", "2", "3", "4", "5", "6"})},
                         {"b", column(int64_type(), {"10", "20", "30", "40", "50", "60"})},
                         {"c", column(int64_type(), {"7", "7", "7", "8", "8", "8"})}});
}

TEST(Filter, KeepsTheRowsForWhichAConditionHolds) {
  EXPECT_EQ(run(*make_filter(source(counted_rows(), 4), "a % 2 = 0 and c > 7")).rows,
            (Rows{"4|40|8", "6|60|8"}));
}

TEST(Filter, GivesColumnsThatTheConditionNeedNotHave) {
  // A batch of which all rows are kept, one of which some are, and one of which none is.
  OperatorPtr rows = make_filter(source(counted_rows(), 2), "a < 4", {"c", "b"});
  EXPECT_EQ(rows->schema()->names(), (std::vector<std::string>{"c", "b"}));
  EXPECT_EQ(run(*rows).rows, (Rows{"7|10", "7|20", "7|30"}));
  EXPECT_THROW(make_filter(source(counted_rows(), 2), "a < 4", {"d"}), Error);
}

}  // namespace
}  // namespace penstock
