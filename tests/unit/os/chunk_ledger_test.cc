#include "libcore/os/chunk_ledger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

class ChunkLedgers : public testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }
  void write(const std::string& text) { std::ofstream(path_) << text; }
  std::string problem() {
    try {
      ChunkLedger ledger(path_);
      return "none";
    } catch (const Error& error) {
      return error.message().substr(path_.size());
    }
  }
  std::string path_ = testing::TempDir() + "chunks-" + std::to_string(getpid());
};

TEST_F(ChunkLedgers, HandsOutEachChunkOnce) {
  make_chunk_ledger(path_, 500);
  std::mutex mutex;
  std::multiset<int64_t> taken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ChunkLedger ledger(path_);
      int64_t before = 0;
      while (std::optional<int64_t> chunk = ledger.take()) {
        EXPECT_GT(*chunk, before);
        before = *chunk;
        std::lock_guard lock(mutex);
        taken.insert(*chunk);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(taken.size(), 500U);
  EXPECT_EQ(std::set<int64_t>(taken.begin(), taken.end()).size(), 500U);
  EXPECT_EQ(*taken.begin(), 1);
  EXPECT_EQ(*taken.rbegin(), 500);
}

TEST_F(ChunkLedgers, ReadsWhatAShellWrites) {
  write("3 4\n");
  ChunkLedger ledger(path_);
  EXPECT_EQ(ledger.total(), 4);
  EXPECT_EQ(ledger.take(), 3);
  EXPECT_EQ(ledger.take(), 4);
  EXPECT_EQ(ledger.take(), std::nullopt);
  EXPECT_EQ(ChunkLedger(path_).take(), std::nullopt);
}

TEST_F(ChunkLedgers, RefusesWhatIsNone) {
  EXPECT_EQ(problem(), ": No such file or directory");
  std::string advice =
      ": tells of no chunks; it needs the number of the next one and how many there are, as in '1 "
      "64'";
  for (const char* text : {"", "1", "1 x", "0 4", "1 0", "1 2 3", "-1 4", "id,city\n1,x\n"}) {
    write(text);
    EXPECT_EQ(problem(), advice) << text;
  }
}

}  // namespace
}  // namespace penstock
