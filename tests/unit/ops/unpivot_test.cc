#include "libcore/ops/unpivot.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

UnpivotOptions options_of(const std::string& columns) {
  return {.columns = ColumnList::parse(columns)};
}

TEST(Unpivot, MakesARowOfEachColumnInTheirOrder) {
  const Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "2"})},
                                      {"b", testing::column(float64_type(), {"null", "2.5"})},
                                      {"k", testing::column(utf8_type(), {"x", "y"})}},
                                     {{std::string(kOrderKey), "k,a"}});
  UnpivotOptions options = options_of("b,a");
  OperatorPtr rows = make_unpivot(source(table, 1), options);
  EXPECT_EQ(rows->schema()->metadata_value(kOrderKey), "k");
  EXPECT_EQ(run(*rows).rows, (Rows{"x|b|null", "x|a|1", "y|b|2.5", "y|a|2"}));
  options.drop_nulls = true;
  EXPECT_EQ(run(*make_unpivot(source(table), options)).rows, (Rows{"x|a|1", "y|b|2.5", "y|a|2"}));
}

TEST(Unpivot, GivesBatchesThatAreNotTooLong) {
  std::vector<testing::NamedColumn> columns;
  for (int i = 0; i < 50; ++i)
    columns.push_back({"c" + std::to_string(i), make_null_column(int32_type(), 1000)});
  const testing::Result result =
      run(*make_unpivot(source(testing::table(columns), 1000), options_of("*")));
  EXPECT_EQ(result.rows.size(), 50'000U);
  EXPECT_LE(result.largest_batch, 8192);
}

TEST(Unpivot, WidensAndRefuses) {
  auto types = [](const char* a, const char* b) {
    const Batch table = testing::table(
        {{"a", make_null_column(parse_type(a), 2)}, {"b", make_null_column(parse_type(b), 2)}});
    OperatorPtr rows = make_unpivot(source(table), options_of("a,b"));
    EXPECT_EQ(run(*rows).rows.size(), 4U);
    return rows->schema()->fields().back().type->to_string();
  };
  EXPECT_EQ(types("int8", "int32"), "int64");
  EXPECT_EQ(types("int64", "float32"), "float64");
  EXPECT_EQ(types("date", "timestamp[us]"), "timestamp[us]");
  EXPECT_EQ(types("null", "utf8"), "utf8");
  EXPECT_EQ(types("large_utf8", "utf8"), "utf8");
  EXPECT_THROW(types("int64", "utf8"), Error);
}

TEST(Unpivot, ColumnsOfEveryType) {
  testing::ColumnMaker maker(4);
  for (const TypePtr& type : testing::all_types()) {
    SCOPED_TRACE(type->to_string());
    const Batch table = testing::table({{"a", maker.make(type, 20)}, {"b", maker.make(type, 20)}});
    const Rows whole = run(*make_unpivot(source(table, 20), options_of("a,b"))).rows;
    EXPECT_EQ(whole.size(), 40U);
    EXPECT_EQ(run(*make_unpivot(source(table, 3), options_of("a,b"))).rows, whole);
  }
}

}  // namespace
}  // namespace penstock
