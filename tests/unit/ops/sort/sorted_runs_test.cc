#include "libcore/ops/sort/sorted_runs.h"

#include <gtest/gtest.h>

#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::rows_of;
using testing::source;
using testing::table;

constexpr int64_t kPlenty = int64_t{1} << 40;

Batch sorted_in_memory(const Batch& rows, const std::vector<SortKey>& keys) {
  SortOptions options{keys, std::nullopt};
  options.spill.memory = kPlenty;
  OperatorPtr sort = make_sort(source(rows), options);
  std::vector<Batch> batches = {slice(rows, 0, 0)};
  while (std::optional<Batch> batch = sort->next())
    batches.push_back(*batch);
  return concatenate(batches);
}

// A chunk of rows, in order; column "row" numbers them from `first` on.
Batch chunk_of(Random& random, int64_t first, int64_t rows, int64_t domain, size_t text,
               const std::vector<SortKey>& keys) {
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < rows; ++i)
    numbers.push_back(std::to_string(first + i));
  std::vector<std::string> texts(static_cast<size_t>(rows), std::string(text, 't'));
  return sorted_in_memory(
      table({{"k", testing::random_column(random, int64_type(), rows, domain, 10)},
             {"row", column(int64_type(), numbers)},
             {"t", column(utf8_type(), texts)}}),
      keys);
}

SortedRuns runs_of(const SchemaPtr& schema, const std::vector<SortKey>& keys, int64_t memory,
                   int threads) {
  SpillOptions spill;
  spill.memory = memory;
  return {schema, std::make_shared<const KeyOrder>(*schema, keys), spill, threads};
}

TEST(SortedRuns, MergeToTheStableSortOfAllChunks) {
  Random random(1);
  for (int round = 0; round < 12; ++round) {
    std::vector<SortKey> keys = {{"k", random() % 2 == 0, random() % 2 == 0}};
    int64_t domain = random() % 2 == 0 ? 3 : 100000;
    size_t text = random() % 2 == 0 ? 0 : 200;
    std::vector<Batch> chunks;
    int64_t rows = 0;
    for (int chunk = 0; chunk < 60; ++chunk) {
      chunks.push_back(
          chunk_of(random, rows, 1 + static_cast<int64_t>(random() % 60), domain, text, keys));
      rows += chunks.back().rows;
    }
    std::vector<std::string> expected = rows_of(sorted_in_memory(concatenate(chunks), keys));
    // All in memory; some on disk; so little that runs are merged before the last merge.
    for (int64_t memory : {kPlenty, int64_t{256} << 10, kLeastMemory}) {
      for (int threads : {0, 2}) {
        SortedRuns runs = runs_of(chunks[0].schema, keys, memory, threads);
        for (const Batch& chunk : chunks) {
          // In two batches, as a sort may hand it on.
          std::vector<Batch> batches = {chunk};
          if (chunk.rows > 1) {
            batches = {slice(chunk, 0, 1), slice(chunk, 1, chunk.rows - 1)};
          }
          runs.add(batches);
        }
        ASSERT_EQ(testing::run(*runs.merge()).rows, expected)
            << memory << " bytes, " << threads << " threads";
        bool has_spilled = runs.spilled_bytes() > 0;
        EXPECT_TRUE(memory == kPlenty ? !has_spilled : has_spilled || memory > kLeastMemory);
      }
    }
  }
}

// What comes sorted is one run: it goes to disk once, and no merge of runs comes before the last.
TEST(SortedRuns, ChunksThatContinueARunAreWrittenOnce) {
  Random random(2);
  std::vector<SortKey> keys = {{"k", false, false}};
  Batch all = chunk_of(random, 0, 6000, 1000000, 100, keys);
  SortedRuns runs = runs_of(all.schema, keys, kLeastMemory, 0);
  for (int64_t at = 0; at < all.rows; at += 100)
    runs.add({slice(all, at, 100)});
  OperatorPtr merge = runs.merge();
  EXPECT_EQ(testing::run(*merge).rows, rows_of(all));
  EXPECT_LT(runs.spilled_bytes(), 6000 * 150);
  SortedRuns mixed = runs_of(all.schema, keys, kLeastMemory, 0);
  for (int64_t at = all.rows - 100; at >= 0; at -= 100)
    mixed.add({slice(all, at, 100)});
  EXPECT_EQ(testing::run(*mixed.merge()).rows.size(), 6000U);
  EXPECT_GT(mixed.spilled_bytes(), runs.spilled_bytes());
}

TEST(SortedRuns, NothingAddedGivesNoRows) {
  std::vector<SortKey> keys = {{"k", false, false}};
  Batch none = table({{"k", column(int64_type(), {})}});
  SortedRuns runs = runs_of(none.schema, keys, kLeastMemory, 2);
  EXPECT_EQ(testing::run(*runs.merge()).rows, std::vector<std::string>{});
}

TEST(SortedRuns, ChunksAreAPartOfTheMemoryAndTheirThreadsFitIt) {
  Batch none = table({{"k", column(int64_type(), {})}});
  for (int64_t memory = kLeastMemory; memory < kPlenty; memory *= 4) {
    SortedRuns runs = runs_of(none.schema, {{"k", false, false}}, memory, 8);
    EXPECT_GT(runs.chunk_bytes(), 0);
    EXPECT_LE(runs.chunk_bytes(), std::max<int64_t>(memory, 64 << 10));
    EXPECT_LE(runs.chunk_threads(), 8);
    EXPECT_LE(2 * runs.chunk_bytes() * runs.chunk_threads(), memory / 3);
  }
}

}  // namespace
}  // namespace penstock
