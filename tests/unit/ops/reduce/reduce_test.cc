#include "libcore/ops/reduce/reduce.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libcore/ops/apply/row_groups.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using Rows = std::vector<std::string>;

Batch pairs(const Rows& keys, const Rows& values) {
  return testing::table(
      {{"v", testing::column(int64_type(), values)}, {"k", testing::column(utf8_type(), keys)}});
}

ReduceOptions reduce(Rows words) {
  ReduceOptions options;
  options.keys = {"k"};
  options.apply.command = std::move(words);
  options.apply.to.format = options.apply.to.text.format = Format::kCsv;
  options.apply.from.from = Format::kCsv;
  options.apply.say = [](std::string_view) {};
  return options;
}

Rows rows_of(ReduceOptions options, const Batch& table) {
  return testing::run(*make_reduce(testing::source(table, 2), std::move(options))).rows;
}

TEST(Reduce, SortsByKeysThenOrderWithKeysFirst) {
  const Batch table = pairs({"b", "a", "null", "b", "a"}, {"1", "2", "3", "4", "2"});
  EXPECT_EQ(rows_of(reduce({"cat"}), table), (Rows{"a|2", "a|2", "b|1", "b|4", "null|3"}));
  ReduceOptions descending = reduce({"cat"});
  descending.order = {{"v", true, false}};
  EXPECT_EQ(rows_of(descending, table), (Rows{"a|2", "a|2", "b|4", "b|1", "null|3"}));
  descending.keys = {"v", "k"};
  descending.order = {};
  EXPECT_EQ(rows_of(descending, table), (Rows{"1|b", "2|a", "2|a", "3|null", "4|b"}));
}

TEST(Reduce, RunsTheCommandForEachGroup) {
  ReduceOptions options = reduce({"sh", "-c", "echo n; tail -n +2 | wc -l"});
  options.per_group = true;
  const Batch table =
      pairs({"b", "a", "b", "c", "b", "a", "null"}, {"1", "2", "3", "4", "5", "6", "7"});
  EXPECT_EQ(rows_of(options, table), (Rows{"2", "3", "1", "1"}));
  options.apply.command = {"sh", "-c", "cat; exit 3"};
  EXPECT_EQ(testing::error_of([&] { rows_of(options, table); }),
            "rows 1 to 2: 'sh' failed with exit status 3");
}

TEST(Reduce, ARowOutOfTheStatedOrderIsAnError) {
  Batch table = pairs({"b", "a"}, {"1", "2"});
  table.schema = make_schema(table.schema->fields(), {{std::string(kOrderKey), "k,v"}});
  EXPECT_EQ(testing::error_of([&] { rows_of(reduce({"cat"}), table); }),
            "input: row 2 is not in the order of the key; sort it with psort first");
  // What nobody can read, or is another order, is sorted.
  for (const char* other : {"v", "k:desc", "\"", ""}) {
    table.schema = make_schema(table.schema->fields(), {{std::string(kOrderKey), other}});
    EXPECT_EQ(rows_of(reduce({"cat"}), table), (Rows{"a|2", "b|1"})) << other;
  }
}

TEST(Reduce, ACombinerAnswersInTheColumnsOfItsInput) {
  const Batch table = pairs({"b", "a", "b"}, {"1", "2", "null"});
  auto combined = [&](ReduceOptions options, const std::string& command, const Batch& rows) {
    return testing::run(*make_combined(testing::source(rows, 2), std::move(options), command)).rows;
  };
  EXPECT_EQ(combined(reduce({}), "cat", table), (Rows{"a|2", "b|1", "b|null"}));
  EXPECT_EQ(combined(reduce({}), "sed -n '1p;$p;2p'", table), (Rows{"a|2", "b|null"}));
  EXPECT_EQ(combined(reduce({}), "exit 3", slice(table, 0, 0)), Rows{});
  for (Format format : {Format::kTsv, Format::kNdjson, Format::kArrow}) {
    ReduceOptions options = reduce({});
    options.apply.to.format = options.apply.to.text.format = format;
    EXPECT_EQ(combined(options, "cat", table), (Rows{"a|2", "b|1", "b|null"}));
  }
  ReduceOptions bare = reduce({});
  bare.apply.to.text.header = false;
  bare.apply.to.text.null_text = "-";
  EXPECT_EQ(combined(bare, "tac", table), (Rows{"a|2", "b|null", "b|1"}));
  EXPECT_NE(testing::error_of([&] { combined(reduce({}), "cut -d, -f 1", table); }), "no error");
}

// Groups as std::map has them, whatever the batches.
TEST(RowGroups, CutsWhereKeysChange) {
  testing::Random random(5);
  for (int64_t size : {1, 2, 7, 1000}) {
    Batch table = testing::table({{"k", testing::random_column(random, int64_type(), 500, 40, 10)},
                                  {"t", testing::random_column(random, utf8_type(), 500, 3, 10)}});
    std::map<std::string, int64_t> wanted;
    for (const std::string& row : testing::rows_of(table))
      ++wanted[row];
    RowGroups groups(make_sort(testing::source(table, size), {.keys = {{"k"}, {"t"}}}), {"k", "t"});
    std::map<std::string, int64_t> got;
    while (groups.begin()) {
      std::string key;
      int64_t rows = 0;
      while (std::optional<Batch> batch = groups.next()) {
        for (const std::string& row : testing::rows_of(*batch)) {
          EXPECT_TRUE(key.empty() || key == row);
          key = row;
          ++rows;
        }
      }
      EXPECT_TRUE(got.emplace(key, rows).second) << key;
    }
    EXPECT_EQ(got, wanted);
    EXPECT_FALSE(groups.next().has_value());
  }
}

}  // namespace
}  // namespace penstock
