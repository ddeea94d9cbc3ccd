#include "libcore/table/checkpoint/write.h"

#include <gtest/gtest.h>

#include "tests/unit/table/table_test.h"

namespace penstock {
namespace {

using CheckpointWriteTest = TableTest;

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
