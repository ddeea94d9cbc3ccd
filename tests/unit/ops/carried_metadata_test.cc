// Batches without rows, and metadata, through operators that make several batches of one.
#include "libcore/ops/carried_metadata.h"

#include <gtest/gtest.h>

#include "libcore/ops/only_rows.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

Batch rows_with(int64_t rows, const char* said) {
  Batch batch = testing::table(
      {{"n",
        testing::column(int32_type(), std::vector<std::string>(static_cast<size_t>(rows), "1"))}});
  if (said != nullptr) batch.metadata = std::make_shared<const Metadata>(Metadata{{said, ""}});
  return batch;
}

// "ROWS KEY" of each batch.
std::string text_of(const Batch& batch) {
  return std::to_string(batch.rows) + (batch.metadata ? " " + batch.metadata->at(0).first : "");
}

// What comes out for an input batch of which batches of so many rows are made.
std::vector<std::string> carried(const char* said, std::vector<int64_t> made, int& calls) {
  CarriedMetadata carrier(rows_with(0, nullptr).schema);
  carrier.begin(rows_with(0, said).metadata);
  std::vector<std::string> out;
  size_t at = 0;
  auto make = [&]() -> std::optional<Batch> {
    ++calls;
    if (at == made.size()) return std::nullopt;
    return rows_with(made[at++], nullptr);
  };
  while (std::optional<Batch> batch = carrier.next(make))
    out.push_back(text_of(*batch));
  return out;
}

TEST(CarriedMetadata, IsOnTheLastBatchOrOnOneWithoutRows) {
  using Texts = std::vector<std::string>;
  int calls = 0;
  EXPECT_EQ(carried("m", {3, 2, 1}, calls), (Texts{"3", "2", "1 m"}));
  EXPECT_EQ(carried("m", {3}, calls), (Texts{"3 m"}));
  EXPECT_EQ(carried("m", {}, calls), (Texts{"0 m"}));
}

TEST(CarriedMetadata, WithoutMetadataNothingIsMadeAhead) {
  int calls = 0;
  EXPECT_EQ(carried(nullptr, {3, 2}, calls), (std::vector<std::string>{"3", "2"}));
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(carried(nullptr, {}, calls).empty());
}

TEST(OnlyRows, LeavesOutAllElse) {
  const SchemaPtr schema = rows_with(0, nullptr).schema;
  OperatorPtr rows = only_rows(
      testing::source(schema, {rows_with(0, "a"), rows_with(2, "b"), rows_with(0, nullptr),
                               rows_with(0, "c"), rows_with(1, nullptr), rows_with(0, "d")}));
  std::vector<std::string> got;
  while (std::optional<Batch> batch = rows->next())
    got.push_back(text_of(*batch));
  EXPECT_EQ(got, (std::vector<std::string>{"2", "1"}));
  EXPECT_FALSE(rows->next());
}

}  // namespace
}  // namespace penstock
