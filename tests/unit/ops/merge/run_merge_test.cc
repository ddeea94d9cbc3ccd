#include "libcore/ops/merge/run_merge.h"

#include <gtest/gtest.h>

#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::Random;
using testing::rows_of;
using testing::source;
using testing::table;

Batch sorted_rows_of(const Batch& rows, const std::vector<SortKey>& keys) {
  OperatorPtr sort = make_sort(source(rows), {keys, std::nullopt});
  std::vector<Batch> batches = {slice(rows, 0, 0)};
  while (std::optional<Batch> batch = sort->next())
    batches.push_back(*batch);
  return concatenate(batches);
}

// Rows of a run, sorted; column "row" says the run and the row in it.
Batch made_run(Random& random, const TypePtr& type, size_t run, int64_t rows, int64_t domain,
               const std::vector<SortKey>& keys) {
  std::vector<std::string> numbers;
  for (int64_t row = 0; row < rows; ++row)
    numbers.push_back(std::to_string(run) + "/" + std::to_string(row));
  return sorted_rows_of(table({{"k", testing::random_column(random, type, rows, domain, 10)},
                               {"row", column(utf8_type(), numbers)}}),
                        keys);
}

std::vector<SortedInput> sorted_inputs(const std::vector<Batch>& runs, int64_t batch_rows) {
  std::vector<SortedInput> inputs;
  for (const Batch& run : runs)
    inputs.push_back({source(run, batch_rows)});
  return inputs;
}

TEST(RunMerge, IsTheStableSortOfTheRunsInTheirOrder) {
  Random random(1);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 60; ++round) {
    const TypePtr& type = types[random() % types.size()];
    std::vector<SortKey> keys = {{"k", random() % 2 == 0, random() % 2 == 0}};
    // Few keys, whose rows lie in every run, or many.
    int64_t domain = random() % 2 == 0 ? 3 : 5000;
    std::vector<Batch> runs;
    for (size_t run = 0; run <= random() % 7; ++run) {
      auto rows = static_cast<int64_t>(random() % 3 == 0 ? 0 : random() % 800);
      runs.push_back(made_run(random, type, run, rows, domain, keys));
    }
    std::vector<std::string> expected = rows_of(sorted_rows_of(concatenate(runs), keys));
    auto order = std::make_shared<const KeyOrder>(*runs[0].schema, keys);
    for (int threads : {0, 3}) {
      // A piece of few bytes makes many pieces.
      for (int64_t piece_bytes : {int64_t{1}, int64_t{4096}, kPieceBytes}) {
        auto batch_rows = static_cast<int64_t>(random() % 100) + 1;
        OperatorPtr merge = merge_runs(sorted_inputs(runs, batch_rows), order, runs[0].schema,
                                       threads, piece_bytes);
        ASSERT_EQ(testing::run(*merge).rows, expected)
            << type->to_string() << ", " << runs.size() << " runs, " << threads << " threads, "
            << piece_bytes << " bytes";
      }
    }
  }
}

TEST(RunMerge, OneLongRunOfEqualKeysAmongManyShortOnes) {
  Random random(2);
  std::vector<SortKey> keys = {{"k", false, false}};
  std::vector<Batch> runs;
  for (size_t run = 0; run < 40; ++run)
    runs.push_back(made_run(random, int32_type(), run, run == 17 ? 30000 : 9, 2, keys));
  auto order = std::make_shared<const KeyOrder>(*runs[0].schema, keys);
  OperatorPtr merge = merge_runs(sorted_inputs(runs, 700), order, runs[0].schema, 2, 1 << 16);
  EXPECT_EQ(testing::run(*merge).rows, rows_of(sorted_rows_of(concatenate(runs), keys)));
}

TEST(RunMerge, ANamedRunIsTested) {
  Batch rows = table({{"k", column(int32_type(), {"1", "2", "2", "5", "4"})}});
  std::vector<SortKey> keys = {{"k", false, false}};
  auto order = std::make_shared<const KeyOrder>(*rows.schema, keys);
  for (int threads : {0, 2}) {
    // The row that breaks the order begins a batch, or lies in one.
    for (int64_t batch_rows : {1, 2, 3, 4, 5}) {
      std::string error = error_of([&] {
        std::vector<SortedInput> inputs;
        inputs.push_back({source(slice(rows, 0, 3), 2)});
        inputs.push_back({source(rows, batch_rows), "right.csv"});
        OperatorPtr merge = merge_runs(std::move(inputs), order, rows.schema, threads, 1);
        while (merge->next()) {
        }
      });
      EXPECT_EQ(error, "right.csv: row 5 is not in the order of the key; sort it with psort first");
    }
  }
}

TEST(RunMerge, AnErrorOfARunIsTheMerges) {
  class Cut : public Operator {
   public:
    explicit Cut(Batch rows) : rows_(std::move(rows)) {}
    SchemaPtr schema() const override { return rows_.schema; }
    std::optional<Batch> next() override {
      if (++calls_ > 30) throw Error("cut");
      return rows_;
    }

   private:
    Batch rows_;
    int calls_ = 0;
  };
  Batch rows = table({{"k", column(int32_type(), std::vector<std::string>(1000, "7"))}});
  auto order = std::make_shared<const KeyOrder>(*rows.schema, std::vector<SortKey>{{"k"}});
#ifdef __SANITIZE_THREAD__
  // The count by which libstdc++ shares an exception between threads is not instrumented: what is
  // freed by the last of them is reported as a race.
  const std::vector<int> thread_counts{0};
#else
  const std::vector<int> thread_counts{0, 2};
#endif
  for (int threads : thread_counts) {
    std::vector<SortedInput> inputs;
    inputs.push_back({source(rows, 100)});
    inputs.push_back({std::make_unique<Cut>(rows)});
    OperatorPtr merge = merge_runs(std::move(inputs), order, rows.schema, threads, 1);
    EXPECT_EQ(error_of([&] {
                while (merge->next()) {
                }
              }),
              "cut");
  }
}

}  // namespace
}  // namespace penstock
