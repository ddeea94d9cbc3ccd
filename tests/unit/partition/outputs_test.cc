#include "libcore/partition/outputs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/os/byte_source.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

class PartitionOutputsTest : public ::testing::Test {
 protected:
  PartitionOutputsTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::string name = ::testing::TempDir() + "outputs.XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~PartitionOutputsTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string fifo(const std::string& name) const {
    EXPECT_EQ(mkfifo(path(name).c_str(), 0600), 0);
    return path(name);
  }

  static Batch batch(int64_t begin) {
    std::vector<std::string> values;
    for (int64_t i = begin; i < begin + 1000; ++i)
      values.push_back(std::to_string(i));
    return testing::table({{"v", testing::column(int64_type(), values)}});
  }

  static std::vector<std::string> rows_at(const std::string& path) {
    OperatorPtr input = open_ipc(std::make_unique<PeekableSource>(open_source(path)));
    return testing::run(*input).rows;
  }

  std::string folder_;
};

TEST_F(PartitionOutputsTest, FilesAppearWhenAllIsWritten) {
  std::vector<PartitionOutput> to{{path("a"), {}}, {path("b"), {}}};
  PartitionOutputs outputs(to, batch(0).schema, {});
  outputs.give(0, batch(0));
  outputs.give(0, batch(1000));
  EXPECT_FALSE(std::filesystem::exists(path("a")));
  outputs.finish();
  EXPECT_EQ(rows_at(path("a")).size(), 2000U);
  EXPECT_EQ(rows_at(path("b")).size(), 0U);
  EXPECT_EQ(outputs.rows(0), 2000);
  EXPECT_EQ(outputs.rows(1), 0);
}

TEST_F(PartitionOutputsTest, OneFailureFailsAll) {
  std::vector<PartitionOutput> to{{path("a"), {}}, {"/dev/full", {}}};
  {
    PartitionOutputs outputs(to, batch(0).schema, {});
    std::string error = testing::error_of([&] {
      outputs.give(0, batch(0));
      outputs.finish();
    });
    EXPECT_EQ(error, "/dev/full: write: No space left on device");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

// The second is read to its end before the first is opened: what is for the first goes to disk.
TEST_F(PartitionOutputsTest, NoOrderOfReadersBlocks) {
  std::string first = fifo("first");
  std::string second = fifo("second");
  std::vector<std::string> from_first;
  std::vector<std::string> from_second;
  std::thread reader([&] {
    from_second = rows_at(second);
    from_first = rows_at(first);
  });
  SpillOptions spill;
  spill.memory = kLeastMemory;
  PartitionOutputs outputs({{first, {}}, {second, {}}}, batch(0).schema, spill);
  std::vector<std::string> expected;
  for (int64_t i = 0; i < 100; ++i) {
    Batch rows = batch(i * 1000);
    std::vector<std::string> texts = testing::rows_of(rows);
    expected.insert(expected.end(), texts.begin(), texts.end());
    outputs.give(0, rows);
    if (i % 10 == 0) outputs.give(1, rows);
  }
  outputs.finish();
  reader.join();
  EXPECT_GT(outputs.spilled_bytes(), 0);
  EXPECT_EQ(from_first, expected);
  EXPECT_EQ(from_second.size(), 10000U);
}

TEST_F(PartitionOutputsTest, AReaderThatLeavesEndsItsOutputAlone) {
  std::string left = fifo("left");
  std::thread reader([&] {
    ByteSourcePtr source = open_source(left);
    char byte;
    source->read(&byte, 1);
  });
  PartitionOutputs outputs({{left, {}}, {path("b"), {}}}, batch(0).schema, {});
  for (int64_t i = 0; i < 1000; ++i) {
    outputs.give(0, batch(0));
    if (i == 0) outputs.give(1, batch(0));
  }
  outputs.finish();
  reader.join();
  EXPECT_EQ(rows_at(path("b")).size(), 1000U);
}

}  // namespace
}  // namespace penstock
