#include "libcore/ops/apply/apply.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/ops/apply/command_run.h"
#include "libcore/ops/apply/kept_rows.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

Batch counted(int64_t rows) {
  std::vector<std::string> numbers;
  for (int64_t i = 1; i <= rows; ++i)
    numbers.push_back(std::to_string(i));
  return testing::table({{"a", testing::column(int64_type(), numbers)},
                         {"b", testing::column(utf8_type(), numbers)}});
}

ApplyOptions command(std::vector<std::string> words) {
  ApplyOptions options;
  options.command = std::move(words);
  options.to.format = options.to.text.format = Format::kCsv;
  options.from.from = Format::kCsv;
  options.say = [](std::string_view) {};
  return options;
}

std::vector<std::string> rows_of(ApplyOptions options, const Batch& table, int64_t size = 7) {
  return testing::run(*make_apply(testing::source(table, size), std::move(options))).rows;
}

std::string message_of(ApplyOptions options, const Batch& table) {
  try {
    rows_of(std::move(options), table);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

TEST(Apply, GivesWhatTheCommandPrints) {
  const Batch table = counted(20'000);
  const std::vector<std::string> rows = rows_of(command({"cat"}), table, 1000);
  ASSERT_EQ(rows.size(), 20'000);
  EXPECT_EQ(rows.front(), "1|1");
  EXPECT_EQ(rows.back(), "20000|20000");
}

TEST(Apply, OfACommandThatReadsAllFirst) {
  ApplyOptions options = command({"tac"});
  options.to.text.header = options.from.text.header = false;
  options.from.text.names = {"x", "y"};
  EXPECT_EQ(rows_of(options, counted(3)), (std::vector<std::string>{"3|3", "2|2", "1|1"}));
}

TEST(Apply, PerBatch) {
  ApplyOptions options = command({"sh", "-c", "echo n; tail -n +2 | wc -l"});
  options.per_batch = true;
  EXPECT_EQ(rows_of(options, counted(15), 7).size(), 3);
}

TEST(Apply, NamesTheRowsWhereTheCommandFails) {
  EXPECT_EQ(message_of(command({"sh", "-c", "cat; exit 3"}), counted(9)),
            "rows 1 to 9: 'sh' failed with exit status 3");
  EXPECT_EQ(message_of(command({"echo", "x"}), counted(3)),
            "rows 1 to 3: 'echo' ended before it had read them; a command must read its input to "
            "the end");
}

TEST(Apply, KeepsColumns) {
  ApplyOptions options = command({"sed", "1s/a/c/"});
  options.keep = ColumnList::parse("b");
  for (int64_t memory : {int64_t{1}, int64_t{1} << 30}) {
    options.spill.memory = memory;
    EXPECT_EQ(rows_of(options, counted(5000), 900).size(), 5000) << memory;
  }
  options.command = {"sed", "1s/a/c/; 3d"};
  EXPECT_EQ(message_of(options, counted(5)),
            "row 5: 'sed' did not answer them; with --keep it must answer each row with one");
  options.command = {"sed", "1s/a/c/; 3p"};
  EXPECT_EQ(message_of(options, counted(5)),
            "'sed' answered with more than the 5 rows it was given; with --keep it must answer "
            "each row with one");
}

TEST(Apply, WhatIsDeclared) {
  ScanOptions from;
  from.from = Format::kCsv;
  EXPECT_EQ(declared_answers(from), nullptr);
  from.text.names = {"a", "b"};
  from.text.types = {{"a", int64_type()}};
  EXPECT_EQ(declared_answers(from), nullptr);
  from.text.types.emplace_back(kAllOtherColumns, utf8_type());
  ASSERT_NE(declared_answers(from), nullptr);
  EXPECT_EQ((*declared_answers(from))[1].type->id, TypeId::kUtf8);
}

TEST(CommandRun, ColumnsThatAreKeptStandInFront) {
  const SchemaPtr input = counted(1).schema;
  EXPECT_EQ(kept_columns(*input, std::nullopt), std::vector<size_t>());
  EXPECT_EQ(kept_columns(*input, ColumnList{"b"}), std::vector<size_t>{1});
  EXPECT_THROW(kept_columns(*input, ColumnList{"a", "b"}), Error);
  EXPECT_THROW(kept_columns(*input, ColumnList{"c"}), Error);
  const SchemaPtr answers = make_schema({{"c", int64_type(), true, {{"penstock.inferred", ""}}}});
  const SchemaPtr both = with_answers(input.get(), *answers);
  EXPECT_EQ(both->names(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE((*both)[2].metadata.empty());
  EXPECT_THROW(with_answers(input.get(), *input), Error);
}

TEST(KeptRows, ComeInOrder) {
  const Batch table = counted(10);
  KeptRows kept(table.schema, {});
  std::vector<std::string> taken;
  auto take = [&](int64_t most) {
    while (auto batch = kept.take(most))
      for (const std::string& row : testing::rows_of(*batch))
        taken.push_back(row);
  };
  kept.add(slice(table, 0, 4));
  EXPECT_EQ(kept.take(3)->rows, 3);
  kept.add(slice(table, 4, 6));
  take(4);
  const std::vector<std::string> all = testing::rows_of(table);
  EXPECT_EQ(taken, std::vector<std::string>(all.begin() + 3, all.end()));
}

}  // namespace
}  // namespace penstock
