#include "libcore/flow/probe/disk_speed.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class MeasuredDisk : public FolderTest {};

TEST_F(MeasuredDisk, IsPlausibleAndStaysEmpty) {
  const DiskSpeed speed = measure_disk(folder_.string());
  for (double rate : {speed.written, speed.read}) {
    EXPECT_GT(rate, 1e3);
    EXPECT_LT(rate, 1e13);
  }
  for (double latency : {speed.read_latency, speed.sync_latency}) {
    EXPECT_GT(latency, 1e-9);
    EXPECT_LT(latency, 100);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(MeasuredDisk, ThatIsNotThere) {
  const std::string missing = (folder_ / "missing").string();
  try {
    measure_disk(missing);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), missing + ": measure its disk: No such file or directory");
  }
}

}  // namespace
}  // namespace penstock
