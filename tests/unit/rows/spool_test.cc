#include "libcore/rows/spool.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::Random;
using testing::Skew;

// The numbers in the column "row" of all that a spool gives back.
std::vector<int64_t> rows_of(RowSpool& spool) {
  std::vector<int64_t> rows;
  spool.drain([&](const Batch& batch) {
    const auto* numbers = batch.columns[0]->data<int64_t>();
    rows.insert(rows.end(), numbers, numbers + batch.rows);
  });
  return rows;
}

// What comes back of a table that was put aside in batches of 100 rows.
std::vector<int64_t> passed_through(const Batch& table, int64_t memory) {
  RowSpool spool(table.schema, {memory, ""});
  for (int64_t at = 0; at < table.rows; at += 100)
    spool.add(slice(table, at, std::min<int64_t>(100, table.rows - at)));
  return rows_of(spool);
}

TEST(RowSpool, GivesBackInOrderWhateverTheMemory) {
  Random random(3);
  Batch table =
      testing::keyed_table(testing::skewed_column(random, utf8_type(), 5000, Skew::kZipf), 40);
  std::vector<int64_t> expected(5000);
  for (size_t i = 0; i < expected.size(); ++i)
    expected[i] = static_cast<int64_t>(i);
  for (int64_t memory : {kLeastMemory, int64_t{256} << 10, int64_t{1} << 30})
    EXPECT_EQ(passed_through(table, memory), expected) << memory;
}

TEST(RowSpool, NothingGivesNothing) {
  Random random(4);
  Batch table =
      testing::keyed_table(testing::skewed_column(random, int64_type(), 1, Skew::kUniform), 1);
  RowSpool spool(table.schema, {kLeastMemory, ""});
  EXPECT_TRUE(rows_of(spool).empty());
}

TEST(RowSpool, ADirectoryIsNeededOnlyForWhatDoesNotFit) {
  Random random(5);
  Batch table =
      testing::keyed_table(testing::skewed_column(random, int64_type(), 4000, Skew::kUniform), 40);
  RowSpool roomy(table.schema, {int64_t{1} << 30, "/no/such/directory"});
  roomy.add(table);
  EXPECT_EQ(rows_of(roomy).size(), 4000U);
  RowSpool narrow(table.schema, {kLeastMemory, "/no/such/directory"});
  EXPECT_THROW(narrow.add(table), Error);
}

}  // namespace
}  // namespace penstock
