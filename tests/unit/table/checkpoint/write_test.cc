#include "libcore/table/checkpoint/write.h"

#include <gtest/gtest.h>

#include "tests/unit/table/table_test.h"

namespace penstock {
namespace {

using CheckpointWriteTest = TableTest;

TEST_F(CheckpointWriteTest, ReadsTimesOfConfigurations) {
  constexpr int64_t kDay = int64_t{24} * 3600 * 1000;
  EXPECT_EQ(parse_retention("interval 1 week"), 7 * kDay);
  EXPECT_EQ(parse_retention("interval 30 days"), 30 * kDay);
  EXPECT_EQ(parse_retention("interval 1 day 12 hours"), kDay + kDay / 2);
  EXPECT_EQ(parse_retention("interval 0 seconds"), 0);
  EXPECT_EQ(parse_retention("interval 2 minutes 3 seconds 4 milliseconds"), 123'004);
  for (const char* text :
       {"", "interval", "1 week", "interval week", "interval 1", "interval -1 day",
        "interval 1 month", "interval 99999999999999 weeks", "interval 1 week x",
        "interval 9000000000000000000 milliseconds 9000000000000000000 "
        "milliseconds"}) {
    EXPECT_EQ(parse_retention(text), std::nullopt) << text;
  }
}

TEST_F(CheckpointWriteTest, IsDueByTheConfiguration) {
  make_table({"a"});
  TableMetadata metadata;
  EXPECT_EQ(write_due_checkpoint(log_, 1, metadata, Sync::kNo), "");
  metadata.configuration["delta.checkpointInterval"] = "often";
  EXPECT_EQ(write_due_checkpoint(log_, 1, metadata, Sync::kNo),
            "no checkpoint of version 1 is written: delta.checkpointInterval is 'often', which is "
            "not a number of versions");
  metadata.configuration["delta.checkpointInterval"] = "7";
  EXPECT_EQ(write_due_checkpoint(log_, 6, metadata, Sync::kNo), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "_delta_log" / "_last_checkpoint"));
}

}  // namespace
}  // namespace penstock
