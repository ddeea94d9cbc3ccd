#include "libcore/ops/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using Rows = std::vector<std::string>;

Batch numbered(int64_t rows) {
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < rows; ++i)
    numbers.push_back(std::to_string(i));
  return testing::table({{"a", testing::column(int32_type(), numbers)},
                         {"b", testing::column(utf8_type(), numbers)}});
}

Rows last(const Rows& all, int64_t count) {
  auto begin = all.end() - std::min<int64_t>(count, std::ssize(all));
  return {begin, all.end()};
}

TEST(Tail, GivesTheLastRows) {
  Batch table = numbered(11);
  for (int64_t size : {1, 2, 3, 11, 20}) {
    for (int64_t rows : {0, 1, 2, 3, 10, 11, 12, 99}) {
      OperatorPtr tail = make_tail(testing::source(table, size), rows, {});
      EXPECT_EQ(testing::run(*tail).rows, last(testing::rows_of(table), rows))
          << rows << " of batches of " << size;
    }
  }
}

TEST(Tail, OfNothing) {
  Batch table = numbered(0);
  EXPECT_TRUE(testing::run(*make_tail(testing::source(table, 1), 5, {})).rows.empty());
}

// Each budget ends runs elsewhere, and cuts the first of them elsewhere.
TEST(Tail, SpilledAndInMemoryAgree) {
  Batch table = numbered(5000);
  const Rows all = testing::rows_of(table);
  for (int64_t memory : {1, 20'000, 200'000}) {
    SpillOptions spill;
    spill.memory = memory;
    for (int64_t rows : {1, 99, 100, 101, 2500, 4999, 5000, 9000}) {
      OperatorPtr tail = make_tail(testing::source(table, 100), rows, spill);
      EXPECT_EQ(testing::run(*tail).rows, last(all, rows)) << rows << " with " << memory;
    }
  }
}

}  // namespace
}  // namespace penstock
