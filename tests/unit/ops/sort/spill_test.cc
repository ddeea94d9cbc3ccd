// The same answer whatever the memory: sorts that spill against one that does not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <numeric>

#include "libcore/ops/sort/sort.h"
#include "libcore/ops/sort/sorted_runs.h"
#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::Random;
using testing::Skew;

// The rows' numbers in the order that a stable sort by comparing gives.
std::vector<int64_t> expected_rows(const Batch& table, const SortKey& key) {
  const Column& column = *table.columns[1];
  std::vector<int64_t> rows(static_cast<size_t>(table.rows));
  std::iota(rows.begin(), rows.end(), 0);
  std::stable_sort(rows.begin(), rows.end(), [&](int64_t a, int64_t b) {
    auto order = compare_rows(column, a, column, b, key.nulls_first);
    bool turn = key.descending && column.is_valid(a) && column.is_valid(b);
    return turn ? order > 0 : order < 0;
  });
  return rows;
}

// The rows' numbers as they come; each row must still have the text it had.
std::vector<int64_t> rows_of(Operator& sort, size_t text_bytes) {
  std::vector<int64_t> rows;
  while (std::optional<Batch> batch = sort.next()) {
    for (int64_t i = 0; i < batch->rows; ++i) {
      int64_t row = batch->columns[0]->data<int64_t>()[i];
      std::string_view text = batch->columns[2]->bytes_at(i);
      EXPECT_EQ(text,
                std::string(text_bytes, static_cast<char>('a' + row % 26)) + std::to_string(row));
      rows.push_back(row);
    }
  }
  return rows;
}

void expect_same(const Batch& table, size_t text_bytes, std::initializer_list<int64_t> budgets,
                 const std::string& what) {
  for (SortKey key : {SortKey{"k", false, false}, SortKey{"k", true, true}}) {
    std::vector<int64_t> expected = expected_rows(table, key);
    for (int64_t budget : budgets) {
      SortOptions options{{key}, {}, {budget, {}}};
      OperatorPtr sort = make_sort(testing::source(table, 3000), options);
      ASSERT_EQ(rows_of(*sort, text_bytes), expected)
          << what << " budget " << budget << " " << key.descending;
    }
  }
}

const char* name_of(Skew skew) {
  constexpr const char* kNames[] = {"uniform", "zipf", "single", "all null"};
  return kNames[static_cast<int>(skew)];
}

TEST(SortSpill, EveryTypeAndSkewAtEveryBudget) {
  Random random(11);
  for (const TypePtr& type : testing::tried_types()) {
    for (Skew skew : testing::kSkews) {
      Batch table = testing::keyed_table(testing::skewed_column(random, type, 12000, skew), 10);
      expect_same(table, 10, {kLeastMemory, 1 << 20, int64_t{1} << 40},
                  type->to_string() + " " + name_of(skew));
    }
  }
}

TEST(SortSpill, MoreThanSixteenMebibytes) {
  Random random(12);
  for (Skew skew : testing::kSkews) {
    Batch table =
        testing::keyed_table(testing::skewed_column(random, utf8_type(), 60000, skew), 400);
    expect_same(table, 400, {1 << 20, 16 << 20, int64_t{1} << 40}, name_of(skew));
  }
}

TEST(SortSpill, LimitsThatFitAndThatDoNot) {
  Random random(13);
  Batch table =
      testing::keyed_table(testing::skewed_column(random, int64_type(), 30000, Skew::kZipf), 50);
  SortKey key{"k", false, false};
  std::vector<int64_t> expected = expected_rows(table, key);
  for (int64_t limit : {0, 1, 100, 5000, 29999, 30000, 50000}) {
    for (int64_t budget : {kLeastMemory, int64_t{1} << 20, int64_t{1} << 30}) {
      OperatorPtr sort =
          make_sort(testing::source(table, 3000), SortOptions{{key}, limit, {budget, {}}});
      std::vector<int64_t> first = expected;
      first.resize(std::min(first.size(), static_cast<size_t>(limit)));
      EXPECT_EQ(rows_of(*sort, 50), first) << limit << " at " << budget;
    }
  }
}

TEST(SortSpill, WhatIsSortedAlreadyBecomesOneRun) {
  std::vector<std::string> numbers;
  for (int i = 0; i < 50000; ++i)
    numbers.push_back(std::to_string(i / 3));
  Batch table = testing::keyed_table(testing::column(int32_type(), numbers), 100);
  expect_same(table, 100, {kLeastMemory, 1 << 20, 1 << 30}, "sorted");
  auto order =
      std::make_shared<const KeyOrder>(*table.schema, std::vector<SortKey>{{"k", false, false}});
  SortedRuns runs(table.schema, order, {kLeastMemory, {}}, 0);
  for (int64_t at = 0; at < table.rows; at += 500)
    runs.add({slice(table, at, 500)});
  OperatorPtr merged = runs.merge();
  // One run is handed on in the batches in which it was written; a merge would gather new ones.
  int64_t last = -1;
  while (std::optional<Batch> batch = merged->next()) {
    EXPECT_EQ(batch->columns[0]->data<int64_t>()[0], last + 1);
    last = batch->columns[0]->data<int64_t>()[batch->rows - 1];
  }
  EXPECT_EQ(last, table.rows - 1);
  EXPECT_GT(runs.spilled_bytes(), 0);
}

TEST(SortSpill, NoDirectoryIsNeededWithinTheBudgetAndAnErrorIsToldPastIt) {
  Random random(14);
  Batch table =
      testing::keyed_table(testing::skewed_column(random, int64_type(), 30000, Skew::kUniform), 50);
  auto options = [](int64_t budget) {
    return SortOptions{{{"k", false, false}}, {}, {budget, "/nowhere"}};
  };
  OperatorPtr fits = make_sort(testing::source(table, 3000), options(1 << 30));
  EXPECT_EQ(rows_of(*fits, 50).size(), 30000U);
  OperatorPtr spills = make_sort(testing::source(table, 3000), options(1 << 20));
  EXPECT_EQ(testing::error_of([&] { spills->next(); }),
            "temporary file in /nowhere: create: No such file or directory; use -T (or TMPDIR) to "
            "name another directory");
}

}  // namespace
}  // namespace penstock
