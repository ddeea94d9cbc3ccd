#include "libcore/exchange_files/file_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/exchange_files/read_files.h"
#include "tests/unit/exchange_files/written_files.h"

namespace penstock {
namespace {

using testing::keyed_rows;

class FileWriterTest : public testing::WrittenFilesTest {};

TEST_F(FileWriterTest, StatesWhatTheFileHas) {
  const Batch rows = keyed_rows(100);
  FileWriter writer(path("a"), rows.schema, {});
  writer.write(rows);
  writer.write(rows);
  EXPECT_FALSE(std::filesystem::exists(path("a"))) << "it appears when it is whole";
  const FileFacts facts = writer.finish();
  EXPECT_EQ(facts.rows, 200);
  EXPECT_EQ(static_cast<uint64_t>(facts.bytes), std::filesystem::file_size(path("a")));
  EXPECT_EQ(testing::run(*read_files({{path("a"), facts}})).rows.size(), 200U);
}

TEST_F(FileWriterTest, WithoutItsEndNothingIsLeft) {
  const Batch rows = keyed_rows(100);
  { FileWriter(path("a"), rows.schema, {}).write(rows); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FileWriterTest, AFullDiskIsAReasonOfTheMachine) {
  try {
    FileWriter writer("/dev/full", keyed_rows(1).schema, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "/dev/full: write: No space left on device");
    EXPECT_TRUE(error.is_of_machine());
  }
}

}  // namespace
}  // namespace penstock
