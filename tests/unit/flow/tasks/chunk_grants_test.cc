#include "libcore/flow/tasks/chunk_grants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace penstock {
namespace {

using Answer = ChunkAnswer::Kind;
using Request = ChunkRequest::Kind;
using Replies = ChunkGrants::Replies;

const Attempt kOne{1, 1};
const Attempt kTwo{2, 1};
const Attempt kThree{3, 1};

// One input of 300 bytes in three chunks.
class ChunkGrantsTest : public ::testing::Test {
 protected:
  ChunkGrantsTest() : grants_({3, {300}}) {}

  // The number of the chunk that is granted at once; 0 for none.
  int64_t take(const Attempt& taker) {
    last_ = grants_.take(taker, 0, {Request::kTake, 0, 0});
    auto mine = std::find_if(last_.begin(), last_.end(), [&](const ChunkReply& reply) {
      return reply.to == taker && reply.answer.kind == Answer::kChunk;
    });
    if (mine == last_.end()) return 0;
    begin_ = mine->answer.begin;
    return mine->answer.chunk.number;
  }
  Replies state(const Attempt& taker, int64_t number, int64_t offset) {
    return grants_.take(taker, 0, {Request::kState, number, offset});
  }
  Replies fail(const Attempt& taker, int64_t number) {
    return grants_.take(taker, 0, {Request::kFail, number, 0});
  }
  static Replies begin(const Attempt& to, int64_t number, RecordsBegin begin) {
    ChunkAnswer answer;
    answer.kind = Answer::kBegin;
    answer.chunk.number = number;
    answer.begin = begin;
    return {{to, answer}};
  }
  static Replies only(const Attempt& to, Answer kind) {
    ChunkAnswer answer;
    answer.kind = kind;
    return {{to, answer}};
  }

  ChunkGrants grants_;
  Replies last_;
  std::optional<RecordsBegin> begin_;
};

TEST_F(ChunkGrantsTest, AScanLearnsWhatItsInputsAre) {
  ChunkGrants grants({9, {300, 50}});
  Replies replies = grants.take(kOne, 0, {Request::kOpen, 77, 0});
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].to, kOne);
  EXPECT_EQ(replies[0].answer.kind, Answer::kOpened);
  EXPECT_EQ(replies[0].answer.chunk.number, 2);
  EXPECT_EQ(replies[0].answer.size, 300);
}

TEST_F(ChunkGrantsTest, ChunksGoToThoseThatAsk) {
  EXPECT_EQ(take(kOne), 1);
  EXPECT_EQ(last_[0].answer.chunk, (Chunk{1, 0, 1, 3, 0, 100}));
  EXPECT_EQ(last_[0].answer.size, 300);
  EXPECT_EQ(take(kTwo), 2);
  EXPECT_EQ(grants_.granted(), (std::vector<GrantedChunk>{{1, kOne, false}, {2, kTwo, false}}));
  EXPECT_EQ(take(kTwo), 3);
  EXPECT_EQ(take(kTwo), 0);
  EXPECT_EQ(last_.back().answer.kind, Answer::kNone);
  EXPECT_EQ(grants_.granted(),
            (std::vector<GrantedChunk>{{1, kOne, false}, {2, kTwo, true}, {3, kTwo, true}}));
}

TEST_F(ChunkGrantsTest, ABeginningIsSentWhenItIsKnown) {
  take(kOne);
  take(kTwo);
  EXPECT_EQ(begin_, std::nullopt);
  EXPECT_EQ(state(kOne, 1, 130), begin(kTwo, 2, {130, true}));
  EXPECT_EQ(state(kTwo, 2, 200), Replies{});
  EXPECT_EQ(take(kOne), 3);
  EXPECT_EQ(begin_, (RecordsBegin{200, true}));
}

TEST_F(ChunkGrantsTest, WhatCannotBeIsRefused) {
  take(kOne);
  take(kTwo);
  EXPECT_EQ(state(kOne, 2, 250), only(kOne, Answer::kRefused)) << "it is another's";
  EXPECT_EQ(state(kOne, 0, 250), only(kOne, Answer::kRefused));
  EXPECT_EQ(state(kThree, 0, 250), only(kThree, Answer::kRefused)) << "it has none";
  EXPECT_EQ(state(kOne, 1, 99), only(kOne, Answer::kRefused)) << "before the chunk's end";
  EXPECT_EQ(state(kOne, 1, 301), only(kOne, Answer::kRefused)) << "behind the input's end";
  EXPECT_EQ(state(kOne, 1, 300), begin(kTwo, 2, {300, true}));
  EXPECT_EQ(state(kOne, 1, 200), only(kOne, Answer::kRefused)) << "it was another before";
  EXPECT_EQ(state(kOne, 1, 300), Replies{});
  EXPECT_EQ(fail(kOne, 2), only(kOne, Answer::kRefused));
  take(kOne);
  EXPECT_EQ(state(kOne, 3, 300), only(kOne, Answer::kRefused)) << "it is the last";
}

TEST_F(ChunkGrantsTest, OfOneThatEndedWellNothingIsAwaited) {
  take(kOne);
  state(kOne, 1, 110);
  take(kOne);
  take(kTwo);
  EXPECT_EQ(grants_.end(kOne), begin(kTwo, 3, {110, false}));
  EXPECT_EQ(grants_.end(kThree), Replies{});
  EXPECT_EQ(take(kTwo), 0) << "nothing is given out again";
  EXPECT_EQ(grants_.take(kOne, 0, {Request::kTake, 0, 0}), Replies{}) << "it is over";
}

TEST_F(ChunkGrantsTest, ALostChunkIsGivenOutAgainFirst) {
  take(kOne);
  take(kTwo);
  EXPECT_EQ(grants_.lose(kOne, LostChunks::kUnfinished), begin(kTwo, 2, {0, false}));
  EXPECT_EQ(grants_.granted(), (std::vector<GrantedChunk>{{2, kTwo, false}}));
  EXPECT_EQ(state(kTwo, 2, 210), Replies{});
  const Attempt again{1, 2};
  EXPECT_EQ(take(again), 1);
  EXPECT_EQ(state(again, 1, 120), Replies{}) << "its reader has found it";
  EXPECT_EQ(take(again), 3);
  EXPECT_EQ(begin_, (RecordsBegin{210, true}));
}

TEST_F(ChunkGrantsTest, AllChunksAreWhenNothingOfAScanRemains) {
  while (take(kOne) != 0) {
  }
  EXPECT_EQ(grants_.lose(kOne, LostChunks::kAll), Replies{});
  for (int64_t number : {1, 2, 3, 0})
    EXPECT_EQ(take(kTwo), number);
  EXPECT_EQ(grants_.lose(kTwo, LostChunks::kUnfinished), Replies{});
  EXPECT_EQ(take(kThree), 0);
}

TEST_F(ChunkGrantsTest, TheFirstFaultOfTheInputMayBeReported) {
  take(kOne);
  take(kTwo);
  take(kThree);
  state(kOne, 1, 100);
  state(kTwo, 2, 200);
  EXPECT_EQ(fail(kThree, 3), Replies{});
  EXPECT_EQ(fail(kTwo, 2), Replies{});
  EXPECT_EQ(grants_.end(kOne), only(kTwo, Answer::kGo));
  EXPECT_EQ(fail(kTwo, 2), Replies{}) << "it was sent";
  EXPECT_EQ(grants_.lose(kTwo, LostChunks::kUnfinished), only(kThree, Answer::kGo))
      << "the flow goes on without it";
}

TEST_F(ChunkGrantsTest, AFileIsScannedWhereItIs) {
  ChunkGrants grants({6, {100, 100, 100}, {1, {}, 2}});
  auto ask = [&](const Attempt& taker, size_t host, Request kind) {
    Replies replies = grants.take(taker, host, {kind, 0, 0});
    return replies.empty() ? ChunkAnswer{} : replies.back().answer;
  };
  EXPECT_EQ(ask(kOne, 1, Request::kOpen).chunk.input, 0);
  EXPECT_EQ(ask(kTwo, 2, Request::kOpen).chunk.input, 1);
  EXPECT_EQ(ask(kTwo, 2, Request::kTake).chunk.number, 3);
  EXPECT_EQ(ask(kOne, 1, Request::kTake).chunk.number, 1);
  EXPECT_EQ(ask(kOne, 1, Request::kTake).chunk.number, 2);
  EXPECT_EQ(ask(kOne, 1, Request::kTake).chunk.number, 4);
  EXPECT_EQ(ask(kOne, 1, Request::kTake).kind, Answer::kNone);
  EXPECT_EQ(ask(kTwo, 2, Request::kTake).chunk.number, 5);
  grants.lose(kOne, LostChunks::kAll);
  EXPECT_EQ(ask(kTwo, 2, Request::kTake).chunk.number, 4) << "the first two are of host 1";
  EXPECT_EQ(ask(kTwo, 2, Request::kTake).chunk.number, 6);
  EXPECT_EQ(ask(kTwo, 2, Request::kTake).kind, Answer::kNone);
  EXPECT_EQ(ask(kThree, 1, Request::kTake).chunk.number, 1);
}

// Inputs with records of any length, and scans of them that are slow and quick, end and are lost.
class Simulation {
 public:
  Simulation(uint32_t seed, size_t takers, bool is_losing) : random_(seed), losing_(is_losing) {
    for (size_t i = 1 + random_() % 4; i > 0; --i) {
      sizes_.push_back(static_cast<int64_t>(random_() % 5000));
      std::vector<int64_t> begins = {0};
      while (begins.back() < sizes_.back()) {
        const auto most = random_() % 10 == 0 ? 2000U : 60U;
        begins.push_back(begins.back() + 1 + static_cast<int64_t>(random_() % most));
      }
      begins.back() = sizes_.back();
      records_.push_back(begins);
    }
    const auto total = std::ssize(sizes_) + static_cast<int64_t>(random_() % 1500);
    division_.emplace(sizes_, total);
    const size_t hosts = 1 + random_() % std::min<size_t>(takers, 3);
    for (size_t i = 0; i < takers; ++i)
      scans_.push_back({Attempt{i, 1}, i % hosts, Step::kAsks, {}, {}});
    ChunkedInput input{total, sizes_, {}};
    for (size_t i = 0; i < sizes_.size() && hosts > 1; ++i) {
      input.homes.emplace_back();
      if (random_() % 2 == 0) input.homes.back() = random_() % hosts;
    }
    homes_ = input.homes;
    homes_.resize(sizes_.size());
    grants_.emplace(input);
  }

  // Numbers of chunks that end a scan.
  void set_faults(std::set<int64_t> faults) { faults_ = std::move(faults); }

  // Until all have ended, or the flow has at a fault. Returns false when all wait for ever.
  bool run() {
    std::vector<size_t> able;
    std::vector<size_t> running;
    while (reported_ == 0) {
      able.clear();
      running.clear();
      for (size_t i = 0; i < scans_.size(); ++i) {
        if (scans_[i].step != Step::kOver) running.push_back(i);
        if (scans_[i].step < Step::kWaits) able.push_back(i);
      }
      if (running.empty()) return true;
      if (able.empty()) return false;
      if (losing_ && random_() % 50 == 0) {
        lose(scans_[running[random_() % running.size()]]);
      } else {
        move(scans_[able[random_() % able.size()]]);
      }
    }
    return true;
  }

  std::vector<int64_t> used() const {
    std::vector<int64_t> used = kept_;
    for (const Scan& scan : scans_)
      used.insert(used.end(), scan.used.begin(), scan.used.end());
    std::sort(used.begin(), used.end());
    return used;
  }
  int64_t count() const { return division_->count(); }
  int64_t reported() const { return reported_; }

 private:
  enum class Step { kAsks, kReads, kWorks, kWaits, kFails, kOver };
  struct Scan {
    Attempt attempt;
    size_t host = 0;
    Step step = Step::kAsks;
    Chunk chunk;
    std::vector<int64_t> used;
  };

  int64_t truth(const Chunk& chunk) const {
    const auto& begins = records_[static_cast<size_t>(chunk.input)];
    return *std::lower_bound(begins.begin(), begins.end(), chunk.begin);
  }

  void learn(Scan& scan, const RecordsBegin& begin) {
    const auto& begins = records_[static_cast<size_t>(scan.chunk.input)];
    if (begin.is_of_chunk) {
      EXPECT_EQ(begin.offset, truth(scan.chunk));
    } else {
      EXPECT_LE(begin.offset, scan.chunk.begin + 2000);
      EXPECT_TRUE(std::binary_search(begins.begin(), begins.end(), begin.offset));
    }
    scan.step = Step::kReads;
  }

  void deliver(const Replies& replies) {
    for (const auto& [to, answer] : replies) {
      Scan& scan = scans_[to.task];
      ASSERT_EQ(scan.attempt, to);
      ASSERT_NE(answer.kind, Answer::kRefused);
      if (answer.kind == Answer::kNone) {
        scan.step = Step::kOver;
      } else if (answer.kind == Answer::kGo) {
        reported_ = scan.chunk.number;
      } else if (answer.kind == Answer::kChunk) {
        scan.chunk = answer.chunk;
        ASSERT_EQ(answer.chunk, division_->chunk(answer.chunk.number));
        ASSERT_EQ(homes_[static_cast<size_t>(answer.chunk.input)].value_or(scan.host), scan.host);
        scan.step = answer.chunk.part == 1 ? Step::kReads : Step::kWaits;
        if (answer.begin) learn(scan, *answer.begin);
      } else {
        ASSERT_EQ(answer.chunk.number, scan.chunk.number);
        ASSERT_EQ(scan.step, Step::kWaits);
        learn(scan, *answer.begin);
      }
    }
  }

  void lose(Scan& scan) {
    const bool all = random_() % 2 == 0;
    Replies replies = grants_->lose(scan.attempt, all ? LostChunks::kAll : LostChunks::kUnfinished);
    if (!all) kept_.insert(kept_.end(), scan.used.begin(), scan.used.end());
    scan.used.clear();
    scan.chunk = Chunk();
    ++scan.attempt.number;
    scan.step = Step::kAsks;
    deliver(replies);
  }

  void move(Scan& scan) {
    if (scan.step == Step::kAsks) {
      // Only by asking for the next one a scan says that it is done with a chunk.
      if (scan.chunk.number > 0) scan.used.push_back(scan.chunk.number);
      scan.chunk = Chunk();
      deliver(grants_->take(scan.attempt, scan.host, {Request::kTake, 0, 0}));
    } else if (scan.step == Step::kReads && faults_.contains(scan.chunk.number)) {
      scan.step = Step::kFails;
      deliver(grants_->take(scan.attempt, scan.host, {Request::kFail, scan.chunk.number, 0}));
    } else if (scan.step == Step::kReads) {
      scan.step = Step::kWorks;
      if (scan.chunk.part == scan.chunk.parts) return;
      const int64_t next = truth(division_->chunk(scan.chunk.number + 1));
      deliver(grants_->take(scan.attempt, scan.host, {Request::kState, scan.chunk.number, next}));
    } else {
      scan.step = Step::kAsks;
    }
  }

  std::mt19937 random_;
  bool losing_;
  std::vector<int64_t> sizes_;
  std::vector<std::optional<size_t>> homes_;
  std::vector<std::vector<int64_t>> records_;  // where they begin, and the end
  std::optional<ChunkDivision> division_;
  std::optional<ChunkGrants> grants_;
  std::deque<Scan> scans_;
  std::vector<int64_t> kept_;  // used by attempts that were lost since
  std::set<int64_t> faults_;
  int64_t reported_ = 0;
};

// What processes send is not trusted.
TEST(ChunkGrantsOrders, AnyRequestsAreAnsweredAndATakerHoldsOneChunk) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    ChunkGrants grants({12, {1000, 0, 30}, {}});
    for (int i = 0; i < 300; ++i) {
      const Attempt taker{random() % 4, static_cast<int64_t>(random() % 2)};
      const ChunkRequest request{static_cast<Request>(1 + random() % 4),
                                 static_cast<int64_t>(random() % 14),
                                 static_cast<int64_t>(random() % 1100)};
      Replies replies = random() % 40 == 0 ? grants.lose(taker, LostChunks::kAll)
                                           : grants.take(taker, 0, request);
      ASSERT_LE(replies.size(), 4U);
      std::set<int64_t> held;
      for (const GrantedChunk& chunk : grants.granted()) {
        if (chunk.is_finished) continue;
        const Attempt& holder = chunk.taker;
        ASSERT_TRUE(held.insert(static_cast<int64_t>(holder.task) * 2 + holder.number).second);
      }
    }
  }
}

TEST(ChunkGrantsOrders, EachChunkIsUsedOnce) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    const size_t takers = seed % 20 == 0 ? 1000 : 1 + seed % 7;
    for (bool is_losing : {false, true}) {
      Simulation simulation(seed, takers, is_losing);
      ASSERT_TRUE(simulation.run()) << seed;
      std::vector<int64_t> all;
      for (int64_t number = 1; number <= simulation.count(); ++number)
        all.push_back(number);
      ASSERT_EQ(simulation.used(), all) << seed << ", " << takers << " takers";
    }
  }
}

TEST(ChunkGrantsOrders, OfSeveralFaultsTheFirstIsReported) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    Simulation simulation(seed, 1 + seed % 9, false);
    std::mt19937 random(seed);
    std::set<int64_t> faults;
    for (size_t i = 1 + random() % 4; i > 0; --i)
      faults.insert(1 + static_cast<int64_t>(random()) % simulation.count());
    simulation.set_faults(faults);
    ASSERT_TRUE(simulation.run()) << seed;
    EXPECT_EQ(simulation.reported(), *faults.begin()) << seed;
  }
}

}  // namespace
}  // namespace penstock
