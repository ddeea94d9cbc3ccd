#include "libcore/os/chunk_takers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/os/chunk_ledger.h"

namespace penstock {
namespace {

using Taken = std::vector<TakenChunk>;

class ChunkTakersTest : public ::testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }
  std::unique_ptr<ChunkLedger> scan(const std::string& taker) {
    return std::make_unique<ChunkLedger>(path_, std::vector<int64_t>{300}, taker);
  }
  static int64_t number(std::optional<Chunk> chunk) { return chunk ? chunk->number : 0; }
  std::string path_ = ::testing::TempDir() + "takers-" + std::to_string(getpid());
};

TEST_F(ChunkTakersTest, TheLedgerSaysWhoHasWhich) {
  make_chunk_ledger(path_, 4, {300});
  EXPECT_EQ(taken_chunks(path_), Taken{});
  auto first = scan("1.1.1");
  auto second = scan("1.2.1");
  first->take(0);
  second->take(0);
  EXPECT_EQ(taken_chunks(path_), (Taken{{1, "1.1.1", false}, {2, "1.2.1", false}}));
  first->take(0);
  first->take(0);
  EXPECT_EQ(number(first->take(0)), 0);
  EXPECT_EQ(
      taken_chunks(path_),
      (Taken{{1, "1.1.1", true}, {2, "1.2.1", false}, {3, "1.1.1", true}, {4, "1.1.1", true}}));
}

TEST_F(ChunkTakersTest, UnfinishedChunksAreGivenOutAgainFirst) {
  make_chunk_ledger(path_, 5, {300});
  auto lost = scan("lost");
  auto other = scan("other");
  lost->take(0);
  lost->tell_next(61);
  lost->take(0);
  other->take(0);
  lost.reset();
  EXPECT_EQ(give_out_again(path_, "lost", LostChunks::kUnfinished), 1);
  EXPECT_EQ(taken_chunks(path_), (Taken{{1, "lost", true}, {3, "other", false}}));
  EXPECT_EQ(give_out_again(path_, "lost", LostChunks::kUnfinished), 0);
  auto next = scan("next");
  EXPECT_EQ(number(next->take(0)), 2);
  EXPECT_EQ(next->begin_of_records(), 61);
  EXPECT_EQ(number(next->take(0)), 4);
  EXPECT_EQ(number(next->take(0)), 5);
  EXPECT_EQ(number(next->take(0)), 0);
}

TEST_F(ChunkTakersTest, AllChunksAreWhenNothingOfTheScanRemains) {
  make_chunk_ledger(path_, 3, {300});
  auto lost = scan("lost");
  while (lost->take(0)) {
  }
  lost.reset();
  EXPECT_EQ(give_out_again(path_, "no such", LostChunks::kAll), 0);
  EXPECT_EQ(give_out_again(path_, "lost", LostChunks::kUnfinished), 0);
  EXPECT_EQ(give_out_again(path_, "lost", LostChunks::kAll), 3);
  auto next = scan("next");
  for (int64_t i : {1, 2, 3, 0})
    EXPECT_EQ(number(next->take(0)), i);
}

// A reader knows what lies before it, so it is given nothing from there; its scan is.
TEST_F(ChunkTakersTest, AReaderIsNotSentBack) {
  make_chunk_ledger(path_, 4, {300});
  auto lost = scan("lost");
  auto other = scan("other");
  lost->take(0);
  EXPECT_EQ(number(other->take(0)), 2);
  lost.reset();
  give_out_again(path_, "lost", LostChunks::kUnfinished);
  EXPECT_EQ(number(other->take(0)), 0);
  EXPECT_EQ(number(other->peek()), 1);
  EXPECT_EQ(number(other->take(0)), 1);
  EXPECT_EQ(number(other->take(0)), 3);
}

TEST_F(ChunkTakersTest, WhoWaitsForALostScanWaitsForItsSuccessor) {
  make_chunk_ledger(path_, 3, {300});
  auto lost = scan("lost");
  auto waits = scan("waits");
  lost->take(0);
  waits->take(0);
  std::thread manager([&] {
    lost.reset();
    give_out_again(path_, "lost", LostChunks::kUnfinished);
    // Longer than it would wait for a fault.
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    auto next = scan("next");
    EXPECT_EQ(number(next->take(0)), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    next->tell_next(123);
  });
  EXPECT_EQ(waits->begin_of_records(), 123);
  manager.join();
}

// What a scan that was given up finishes after all is no longer its own.
TEST_F(ChunkTakersTest, WhatWasGivenOutAgainIsNotFinishedByTheFirst) {
  make_chunk_ledger(path_, 2, {300});
  auto file = LedgerFile(path_);
  ChunkTakers takers(file, kLedgerHeadBytes + 3 * kLedgerNumberBytes, 2);
  takers.take(1, "a");
  takers.give_back(1);
  EXPECT_TRUE(takers.is_given_back(1));
  takers.finish(1, "a");
  EXPECT_TRUE(takers.is_given_back(1));
  takers.take(1, "b");
  takers.finish(1, "a");
  EXPECT_EQ(takers.taken(), (Taken{{1, "b", false}}));
  EXPECT_EQ(taken_chunks(path_), takers.taken());
}

// Scans are lost at any moment: each chunk is finished by one that is not, or waits to be taken.
TEST_F(ChunkTakersTest, NoChunkIsLostAndNoneIsReadTwice) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    make_chunk_ledger(path_, 20, {300});
    std::map<std::string, std::unique_ptr<ChunkLedger>> scans;
    std::map<std::string, std::multiset<int64_t>> finished;
    std::map<std::string, int64_t> holds;
    int named = 0;
    while (true) {
      while (scans.size() < 3) {
        std::string name = "1.1." + std::to_string(++named);
        scans[name] = scan(name);
      }
      auto it = std::next(scans.begin(), static_cast<int64_t>(random() % scans.size()));
      const std::string name = it->first;
      if (random() % 8 == 0) {
        scans.erase(it);
        bool all = random() % 2 == 0;
        give_out_again(path_, name, all ? LostChunks::kAll : LostChunks::kUnfinished);
        if (all) finished.erase(name);
        holds.erase(name);
        continue;
      }
      it->second->peek();
      int64_t taken = number(it->second->take(0));
      if (holds.contains(name)) finished[name].insert(holds[name]);
      holds.erase(name);
      if (taken != 0) holds[name] = taken;
      if (taken == 0 && holds.empty()) break;
    }
    std::multiset<int64_t> all;
    for (const auto& [name, chunks] : finished)
      all.insert(chunks.begin(), chunks.end());
    EXPECT_EQ(all.size(), 20U) << round;
    EXPECT_EQ(std::set<int64_t>(all.begin(), all.end()).size(), 20U) << round;
    EXPECT_EQ(taken_chunks(path_).size(), 20U);
  }
}

TEST_F(ChunkTakersTest, ANameIsTheTasksOrTheProcesss) {
  std::string process = std::to_string(getpid());
  EXPECT_EQ(taker_name(), process);
  setenv(kTaskVariable, "12.345.6", 1);
  EXPECT_EQ(taker_name(), "12.345.6");
  for (const char* wrong : {"", "1 2", "1.1.1\n", "123456789.12345678", "x"}) {
    setenv(kTaskVariable, wrong, 1);
    EXPECT_EQ(taker_name(), process) << wrong;
  }
  setenv(kTaskVariable, "12345678.12345678", 1);
  EXPECT_EQ(taker_name(), "12345678.12345678");
  unsetenv(kTaskVariable);
}

TEST_F(ChunkTakersTest, OfAShellsLedgerAndOfWhatIsNone) {
  std::ofstream(path_) << "1 4\n";
  EXPECT_EQ(taken_chunks(path_), Taken{});
  EXPECT_EQ(give_out_again(path_, "1", LostChunks::kAll), 0);
  scan("7")->take(0);
  EXPECT_EQ(taken_chunks(path_), (Taken{{1, "7", false}}));
  std::ofstream(path_) << "none";
  EXPECT_THROW(taken_chunks(path_), Error);
  std::remove(path_.c_str());
  EXPECT_THROW(taken_chunks(path_), Error);
}

}  // namespace
}  // namespace penstock
