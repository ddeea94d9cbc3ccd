#include "libcore/ops/summary/column_threads.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/ops/summary/summary.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

Batch five_columns(int64_t rows) {
  testing::Random random(9);
  std::vector<testing::NamedColumn> columns;
  for (const TypePtr& type : {int64_type(), utf8_type(), float64_type(), bool_type(), date_type()})
    columns.push_back({"c" + std::to_string(columns.size()),
                       testing::random_column(random, type, rows, 6000, 10)});
  return testing::table(columns);
}

std::vector<int64_t> distinct_of(size_t threads, int64_t batch_rows) {
  const Batch table = five_columns(20'000);
  std::vector<ColumnSummary> summaries;
  std::vector<size_t> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    summaries.emplace_back((*table.schema)[i]);
    columns.push_back(i);
  }
  ColumnThreads workers(summaries, columns, threads);
  for (int64_t at = 0; at < table.rows; at += batch_rows)
    workers.add(slice(table, at, std::min(batch_rows, table.rows - at)));
  workers.finish();
  std::vector<int64_t> distinct;
  for (ColumnSummary& summary : summaries)
    distinct.push_back(*summary.figures().distinct);
  return distinct;
}

TEST(ColumnThreads, GiveWhatOneThreadGives) {
  const std::vector<int64_t> alone = distinct_of(0, 500);
  for (size_t threads : {1U, 2U, 4U, 7U}) {
    EXPECT_EQ(distinct_of(threads, 500), alone) << threads;
    EXPECT_EQ(distinct_of(threads, 20'000), alone) << threads;
  }
}

// Batches that wait when a stream fails are left out.
TEST(ColumnThreads, EndWithoutAFinish) {
  const Batch table = five_columns(3000);
  std::vector<ColumnSummary> summaries;
  for (const Field& field : table.schema->fields())
    summaries.emplace_back(field);
  const std::vector<size_t> columns = {0, 1, 2, 3, 4};
  ColumnThreads workers(summaries, columns, 2);
  for (int i = 0; i < 5; ++i)
    workers.add(table);
}

// So many rows that the operator starts threads.
TEST(ColumnThreads, SummariesOfManyRowsAreTheSame) {
  const Batch table = five_columns(150'000);
  auto summary = [&](int64_t batch_rows) {
    return testing::run(*make_summary(testing::source(table, batch_rows))).rows;
  };
  EXPECT_EQ(summary(5000), summary(150'000));
}

}  // namespace
}  // namespace penstock
