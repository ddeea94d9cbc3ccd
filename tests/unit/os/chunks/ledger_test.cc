#include "libcore/os/chunks/ledger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

using Sizes = std::vector<int64_t>;
using Clock = std::chrono::steady_clock;

class ChunkLedgers : public ::testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }
  void write(const std::string& text) { std::ofstream(path_) << text; }
  std::string problem(const Sizes& sizes = {1000}) {
    try {
      ChunkLedger ledger(path_, sizes);
      return "none";
    } catch (const Error& error) {
      return error.message().substr(path_.size());
    }
  }
  static int64_t number(std::optional<Chunk> chunk) { return chunk ? chunk->number : 0; }
  std::string path_ = ::testing::TempDir() + "chunks-" + std::to_string(getpid());
};

TEST_F(ChunkLedgers, HandsOutEachChunkOnce) {
  make_chunk_ledger(path_, 500, {100'000});
  std::mutex mutex;
  std::multiset<int64_t> taken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ChunkLedger ledger(path_, {0});
      int64_t before = 0;
      while (std::optional<Chunk> chunk = ledger.take(0)) {
        EXPECT_GT(chunk->number, before);
        before = chunk->number;
        std::lock_guard lock(mutex);
        taken.insert(before);
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

TEST_F(ChunkLedgers, CompletesWhatAShellWrites) {
  write("1 4\n");
  ChunkLedger first(path_, {1000, 17});
  ChunkLedger second(path_, {5, 5});
  EXPECT_EQ(first.total(), 4);
  EXPECT_EQ(second.total(), 4);
  EXPECT_EQ(second.size_of(0), 1000);
  EXPECT_EQ(second.size_of(1), 17);
  EXPECT_EQ(number(first.take(0)), 1);
  EXPECT_EQ(number(second.take(0)), 2);
  EXPECT_EQ(number(first.take(1)), 0);
  EXPECT_EQ(first.peek()->number, 3);
  EXPECT_EQ(number(first.take(0)), 3);
  std::optional<Chunk> last = first.take(1);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->part, 1);
  EXPECT_EQ(last->parts, 1);
  EXPECT_EQ(last->begin, 0);
  EXPECT_EQ(last->end, 17);
  EXPECT_FALSE(first.peek());
  EXPECT_FALSE(ChunkLedger(path_, {1, 1}).peek());
}

TEST_F(ChunkLedgers, GoesOnWhereAShellSays) {
  write("3 4");
  ChunkLedger ledger(path_, {100});
  std::optional<Chunk> chunk = ledger.take(0);
  EXPECT_EQ(chunk->number, 3);
  EXPECT_EQ(chunk->begin, 50);
  EXPECT_EQ(ledger.begin_of_records(), RecordsBegin{});
  ledger.tell_next(80);
  EXPECT_EQ(ledger.take(0)->end, 100);
  EXPECT_EQ(ledger.begin_of_records(), (RecordsBegin{80, true}));
}

TEST_F(ChunkLedgers, ChunksAreNoLongerThanTheLimit) {
  EXPECT_EQ(least_chunks({0, 1, kLedgerChunkBytes, kLedgerChunkBytes + 1}), 5);
  write("1 2");
  ChunkLedger ledger(path_, {1, 10 * kLedgerChunkBytes});
  EXPECT_EQ(ledger.total(), 11);
  int64_t last = 0;
  ASSERT_TRUE(ledger.take(0));
  while (std::optional<Chunk> chunk = ledger.take(1)) {
    EXPECT_EQ(chunk->begin, last);
    EXPECT_LE(chunk->end - chunk->begin, kLedgerChunkBytes);
    last = chunk->end;
  }
  EXPECT_EQ(last, 10 * kLedgerChunkBytes);
}

TEST_F(ChunkLedgers, WaitsUntilTheChunkBeforeIsTold) {
  make_chunk_ledger(path_, 3, {300});
  ChunkLedger first(path_, {300});
  ChunkLedger second(path_, {300});
  EXPECT_EQ(number(first.take(0)), 1);
  EXPECT_EQ(number(second.take(0)), 2);
  EXPECT_EQ(second.known_begin_of_records(), std::nullopt);
  std::thread teller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    first.tell_next(123);
  });
  EXPECT_EQ(second.begin_of_records(), (RecordsBegin{123, true}));
  teller.join();
  second.tell_next(200);
  EXPECT_EQ(number(first.take(0)), 3);
  EXPECT_EQ(first.begin_of_records(), (RecordsBegin{200, true}));
}

TEST_F(ChunkLedgers, AScanThatEndsUntoldIsNoticed) {
  make_chunk_ledger(path_, 3, {300});
  auto first = std::make_unique<ChunkLedger>(path_, Sizes{300});
  ChunkLedger second(path_, {300});
  EXPECT_EQ(number(first->take(0)), 1);
  EXPECT_EQ(number(second.take(0)), 2);
  std::thread ends([&] { first.reset(); });
  try {
    second.begin_of_records();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), path_ + ": the scan that took chunk 1 has ended without reading it");
  }
  ends.join();
}

// The one with the earlier chunk fails at once, the other later, whichever was first.
TEST_F(ChunkLedgers, TheFirstFaultOfTheInputIsTold) {
  make_chunk_ledger(path_, 3, {300});
  auto first = std::make_unique<ChunkLedger>(path_, Sizes{300});
  ChunkLedger second(path_, {300});
  EXPECT_EQ(number(first->take(0)), 1);
  EXPECT_EQ(number(second.take(0)), 2);
  Clock::time_point began = Clock::now();
  Clock::time_point first_failed;
  std::thread fails([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    first->give_way();
    first_failed = Clock::now();
    first.reset();
  });
  second.give_way();
  Clock::time_point second_failed = Clock::now();
  fails.join();
  EXPECT_LT(first_failed - began, std::chrono::milliseconds(300));
  EXPECT_GT(second_failed - first_failed, std::chrono::milliseconds(200));
}

TEST_F(ChunkLedgers, RefusesWhatIsNone) {
  EXPECT_EQ(problem(), ": No such file or directory");
  std::string advice =
      ": is not a file of chunks; write the number of the next chunk and how many chunks there are "
      "to it, as in '1 64'";
  for (const char* text : {"", "1", "1 x", "0 4", "1 0", "1 2 3", "-1 4", "id,city\n1,x\n"}) {
    write(text);
    EXPECT_EQ(problem(), advice) << text;
  }
  write(std::string(1000, 'x'));
  EXPECT_EQ(problem(), advice);
  write("1 2");
  EXPECT_EQ(problem({1, 1, 1}), ": there are fewer chunks than inputs");
  make_chunk_ledger(path_, 3, {300, 300});
  EXPECT_EQ(problem(), ": is for 2 inputs, not for 1");
}

}  // namespace
}  // namespace penstock
