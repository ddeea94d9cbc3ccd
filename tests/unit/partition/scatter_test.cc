#include "libcore/partition/scatter.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::rows_of;
using testing::table;

struct Dealt {
  std::vector<std::vector<std::string>> rows;  // by target
  int64_t batches = 0;
  int64_t largest = 0;
};

Dealt deal(const PartitionOptions& options, const Batch& input, int64_t batch_rows,
           ScatterLimits limits) {
  auto partitioner = make_partitioner(options, *input.schema);
  Dealt dealt;
  dealt.rows.resize(static_cast<size_t>(partitioner->target_count()));
  Scatter scatter(
      *partitioner, input.schema,
      [&](int64_t target, const RowsInTurn& taken) {
        const Batch batch = take(taken);
        EXPECT_GT(batch.rows, 0);
        for (const ColumnPtr& column : batch.columns)
          validate(*column);
        std::vector<std::string> rows = rows_of(batch);
        auto& all = dealt.rows[static_cast<size_t>(target)];
        all.insert(all.end(), rows.begin(), rows.end());
        ++dealt.batches;
        dealt.largest = std::max(dealt.largest, batch.rows);
      },
      limits);
  OperatorPtr source = testing::source(input, batch_rows);
  while (std::optional<Batch> batch = source->next())
    scatter.add(*std::move(batch));
  scatter.flush();
  return dealt;
}

// Each row comes to exactly its partition, in the input's order, whatever the limits are.
TEST(Scatter, KeepsEveryRowOnceAndInOrder) {
  testing::Random random(7);
  for (const TypePtr& type : testing::tried_types()) {
    Batch input = table({{"k", testing::random_column(random, type, 400, 50, 10)},
                         {"s", testing::random_column(random, utf8_type(), 400, 30, 20)},
                         {"b", testing::random_column(random, bool_type(), 400, 2, 20)}});
    std::vector<std::string> rows = rows_of(input);
    for (int partitions : {1, 2, 4, 5}) {
      PartitionOptions options;
      options.keys = parse_sort_keys("k");
      options.partitions = partitions;
      auto partitioner = make_partitioner(options, *input.schema);
      std::vector<int32_t> targets(400);
      partitioner->assign(input, targets);
      std::vector<std::vector<std::string>> expected(static_cast<size_t>(partitions));
      for (size_t i = 0; i < rows.size(); ++i)
        expected[static_cast<size_t>(targets[i])].push_back(rows[i]);
      for (ScatterLimits limits :
           {ScatterLimits{}, ScatterLimits{4, 1 << 20}, ScatterLimits{64, 1},
            ScatterLimits{64, 1 << 20, 1000}, ScatterLimits{64, 1 << 20, 1}}) {
        EXPECT_EQ(deal(options, input, 37, limits).rows, expected) << type->to_string();
      }
    }
  }
}

TEST(Scatter, GathersUntilBatchesAreWorthIt) {
  std::vector<std::string> values;
  for (int i = 0; i < 100000; ++i)
    values.push_back(std::to_string(i));
  Batch input = table({{"k", testing::column(int64_type(), values)}});
  PartitionOptions options;
  options.kind = PartitionKind::kRoundRobin;
  options.partitions = 4;
  Dealt dealt = deal(options, input, 10, {});
  EXPECT_LE(dealt.largest, kBatchRows + 10);
  // Three times 32768 rows, then the rest, for 4 partitions each.
  EXPECT_EQ(dealt.batches, 4 * 4);
}

TEST(Scatter, FillsBatchesToBytes) {
  Batch input = table({{"k", testing::column(int64_type(), std::vector<std::string>(50000, "1"))}});
  PartitionOptions options;
  options.kind = PartitionKind::kRoundRobin;
  options.partitions = 2;
  Dealt dealt = deal(options, input, 100, {64, 1 << 20, 80000});
  // 20000 rows at a time, of 8 bytes each.
  EXPECT_EQ(dealt.batches, 2 * 3);
  EXPECT_GT(dealt.largest, 9000);
  EXPECT_LE(dealt.largest, 11000);
}

TEST(Scatter, CutsWhatIsOfOneTarget) {
  Batch input = table({{"k", testing::column(int64_type(), std::vector<std::string>(50000, "1"))}});
  PartitionOptions options;
  options.keys = parse_sort_keys("k");
  options.partitions = 64;
  Dealt dealt = deal(options, input, 50000, {});
  EXPECT_EQ(dealt.largest, 50000 / 6 + 1);
}

}  // namespace
}  // namespace penstock
