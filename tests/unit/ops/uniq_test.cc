#include "libcore/ops/uniq.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

Rows uniq(const Batch& table, const UniqOptions& options, int64_t batch_rows = 7) {
  return run(*make_uniq(source(table, batch_rows), options)).rows;
}

// The rows that stand for each key of a keyed_table() with their numbers, by a map.
struct Counted {
  std::string row;
  int64_t count = 0;
};
std::vector<Counted> counted(const Batch& table) {
  const Rows keys = testing::rows_of(testing::table({{"k", table.columns[1]}}));
  const Rows rows = testing::rows_of(table);
  std::map<std::string, size_t> places;
  std::vector<Counted> firsts;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto [at, is_new] = places.emplace(keys[i], firsts.size());
    if (is_new) firsts.push_back({rows[i]});
    ++firsts[at->second].count;
  }
  return firsts;
}

TEST(Uniq, GivesTheFirstRowOfEachKeyWhateverTheMemory) {
  testing::Random random(1);
  for (testing::Skew skew : testing::kSkews) {
    Batch table =
        testing::keyed_table(testing::skewed_column(random, int64_type(), 6000, skew), 20);
    const std::vector<Counted> firsts = counted(table);
    for (int64_t memory : {kLeastMemory, int64_t{1} << 18, int64_t{1} << 30}) {
      UniqOptions options{.keys = {"k"}};
      options.spill.memory = memory;
      Rows all;
      for (const Counted& first : firsts)
        all.push_back(first.row);
      EXPECT_EQ(uniq(table, options, 500), all) << memory;

      options.count = "n";
      Rows with_count;
      for (const Counted& first : firsts)
        with_count.push_back(first.row + "|" + std::to_string(first.count));
      EXPECT_EQ(uniq(table, options, 500), with_count) << memory;

      options.only = UniqOptions::Only::kUnique;
      Rows unique;
      for (const Counted& first : firsts)
        if (first.count == 1) unique.push_back(first.row + "|1");
      EXPECT_EQ(uniq(table, options, 500), unique) << memory;

      options.count = "";
      options.only = UniqOptions::Only::kRepeated;
      Rows repeated;
      for (const Counted& first : firsts)
        if (first.count > 1) repeated.push_back(first.row);
      EXPECT_EQ(uniq(table, options, 500), repeated) << memory;
    }
  }
}

TEST(Uniq, ComparesAllColumnsOfEveryTypeThatCanBeAKey) {
  testing::Random random(2);
  for (const TypePtr& type : testing::tried_types()) {
    Batch table = testing::table({{"a", testing::random_column(random, type, 300, 5, 20)},
                                  {"b", testing::random_column(random, bool_type(), 300, 2, 20)}});
    UniqOptions options;
    const Rows whole = uniq(table, options);
    options.spill.memory = kLeastMemory;
    EXPECT_EQ(uniq(table, options, 300), whole) << type->to_string();
    options.keys = {"b", "a"};
    EXPECT_EQ(uniq(table, options), whole) << type->to_string();
    EXPECT_LT(whole.size(), 300U);
  }
}

TEST(Uniq, CountsOfCountsAreThoseOfTheRows) {
  testing::Random random(3);
  Batch table = testing::table({{"a", testing::random_column(random, int64_type(), 400, 9, 10)}});
  UniqOptions count{.count = "n"};
  const Rows whole = uniq(table, count);
  OperatorPtr first = make_uniq(source(slice(table, 0, 150)), count);
  OperatorPtr second = make_uniq(source(slice(table, 150, 250)), count);
  std::vector<Batch> parts;
  for (Operator* part : {first.get(), second.get()}) {
    while (std::optional<Batch> batch = part->next())
      parts.push_back(*std::move(batch));
  }
  UniqOptions again{.count = "n", .counted = "n"};
  EXPECT_EQ(run(*make_uniq(source(first->schema(), parts), again)).rows, whole);
}

TEST(Uniq, GivesNewRowsWithTheirBatch) {
  Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "1", "2", "1", "3"})}});
  OperatorPtr rows = make_uniq(source(table, 2), {});
  EXPECT_EQ(testing::rows_of(*rows->next()), Rows{"1"});
  EXPECT_EQ(testing::rows_of(*rows->next()), Rows{"2"});
  EXPECT_EQ(testing::rows_of(*rows->next()), Rows{"3"});
  EXPECT_FALSE(rows->next().has_value());
}

TEST(Uniq, KeepsWhatIsKnownOfTheOrder) {
  Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "1", "2"})},
                                {"n", testing::column(int64_type(), {"1", "1", "2"})}},
                               {{std::string(kOrderKey), "a,n"}});
  EXPECT_EQ(make_uniq(source(table), {})->schema()->metadata_value(kOrderKey), "a,n");
  UniqOptions counted{.count = "m", .counted = "n"};
  EXPECT_EQ(make_uniq(source(table), counted)->schema()->metadata_value(kOrderKey), "a");
}

TEST(Uniq, SaysWhatIsNotANumberOfRows) {
  for (const char* bad : {"0", "-1", "null"}) {
    Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "2"})},
                                  {"n", testing::column(int64_type(), {"1", bad})}});
    UniqOptions options{.count = "m", .counted = "n"};
    EXPECT_NE(testing::error_of([&] { uniq(table, options); }).find("is not a number of rows"),
              std::string::npos);
  }
  Batch most = testing::table({{"a", testing::column(int64_type(), {"1", "1"})},
                               {"n", testing::column(int64_type(), {"9223372036854775807", "1"})}});
  EXPECT_EQ(testing::error_of([&] { uniq(most, {.count = "m", .counted = "n"}); }),
            "the rows are over 2^63 - 1");
}

}  // namespace
}  // namespace penstock
