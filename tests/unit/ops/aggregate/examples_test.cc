// The examples of the table of aggregates, each computed.
#include <gtest/gtest.h>

#include "libcore/expr/aggregates.h"
#include "libcore/expr/expression.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

// "x: 'a', 'b'; y: 2, 1" as a batch of two columns.
Batch columns_of(std::string_view columns) {
  std::vector<Field> fields;
  Batch batch;
  while (!columns.empty()) {
    const size_t end = std::min(columns.find("; "), columns.size());
    const std::string_view column = columns.substr(0, end);
    columns.remove_prefix(std::min(end + 2, columns.size()));
    const size_t colon = column.find(": ");
    const std::string list = "array[" + std::string(column.substr(colon + 2)) + "]";
    const Batch one_row{make_schema({}), 1, {}};
    const ColumnPtr values =
        bind_select_list(list, one_row.schema)->evaluate(one_row).columns[0]->children[0];
    fields.push_back({std::string(column.substr(0, colon)), values->type, true, {}});
    batch.columns.push_back(values);
    batch.rows = values->length;
  }
  batch.schema = make_schema(std::move(fields));
  return batch;
}

TEST(AggregateExamples, EachGivesItsResult) {
  for (const AggregateFunction& function : aggregate_functions()) {
    const size_t of = function.example.find(" of ");
    const size_t arrow = function.example.find(" → ");
    ASSERT_NE(arrow, std::string_view::npos) << function.name;
    const Batch rows = columns_of(function.example.substr(of + 4, arrow - of - 4));
    const AggregateCall call =
        testing::call_of(std::string(function.example.substr(0, of)), *rows.schema);
    const std::vector<int32_t> groups(static_cast<size_t>(rows.rows), 0);
    AggregateStatePtr state = testing::state_of(call, rows, groups, 1);
    const ColumnPtr result = state->finish(0, 1);
    std::string text = testing::texts_of(*result)[0];
    if (is_text(result->type->id)) text = "'" + text + "'";
    EXPECT_EQ(text, function.example.substr(arrow + std::string_view(" → ").size()));
  }
}

}  // namespace
}  // namespace penstock
