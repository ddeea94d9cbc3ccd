#include "libcore/ops/project.h"

#include <gtest/gtest.h>

#include "libcore/base/limits.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

TEST(Project, ComputesColumns) {
  Batch input =
      table({{"a", column(int64_type(), {"1", "2"})}, {"b", column(utf8_type(), {"x", "y"})}});
  OperatorPtr project = make_project(source(input), "*, a * 10 as c");
  EXPECT_EQ(testing::run(*project).rows, (Rows{"1|x|10", "2|y|20"}));
}

TEST(Project, KeepsWhatIsKnownOfColumnsThatComeThrough) {
  Batch input =
      table({{"a", column(int64_type(), {})},
             {"b", column(int64_type(), {})},
             {"c", column(int64_type(), {})}},
            {{"penstock.order", "a:desc,b,c"}, {"penstock.partitioning", "a,c"}, {"x", "y"}});
  auto order = [&](const char* list) {
    OperatorPtr project = make_project(source(input), list);
    EXPECT_EQ(project->schema()->metadata_value("x"), "y");
    return std::string(project->schema()->metadata_value(kOrderKey).value_or("none")) + " / " +
           std::string(project->schema()->metadata_value(kPartitioningKey).value_or("none"));
  };
  EXPECT_EQ(order("*"), "a:desc,b,c / a,c");
  EXPECT_EQ(order("a as x, c"), "x:desc / x,c");
  EXPECT_EQ(order("a + 1 as a, b, c"), "none / none");
  EXPECT_EQ(order("b, a"), "a:desc,b / none");
}

TEST(Project, RowsThatAreMadeComeInSmallBatches) {
  std::vector<std::string> values(40, "1000");
  values[3] = "0";
  Batch input = table({{"n", column(int64_type(), values)}});
  OperatorPtr project = make_project(source(input, 40), "n, generate_series(1, n) as i");
  testing::Result result = testing::run(*project);
  EXPECT_EQ(result.rows.size(), 39000U);
  EXPECT_EQ(result.rows[1001], "1000|2");
  EXPECT_LE(result.largest_batch, kBatchRows);
}

}  // namespace
}  // namespace penstock
