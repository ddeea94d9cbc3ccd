#include "libcore/os/chunks/granted.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/os/chunks/sockets.h"

namespace penstock {
namespace {

using Answer = ChunkAnswer::Kind;
using Request = ChunkRequest::Kind;
using Clock = std::chrono::steady_clock;

// A manager of two inputs, of 300 and 50 bytes, that does as it is made to.
class GrantedChunksTest : public ::testing::Test {
 protected:
  GrantedChunksTest() : sockets_(make_chunk_sockets()) {
    ChunkAnswer opened;
    opened.kind = Answer::kOpened;
    opened.chunk.number = 2;
    opened.size = 300;
    answer(opened);
  }

  std::unique_ptr<GrantedChunks> scan(int64_t inputs = 2) {
    return std::make_unique<GrantedChunks>(std::move(sockets_.scan), inputs);
  }
  void answer(const ChunkAnswer& what) { send_chunk_answer(sockets_.manager.get(), encode(what)); }
  void answer(Answer kind) {
    ChunkAnswer what;
    what.kind = kind;
    answer(what);
  }
  void grant(const Chunk& chunk, std::optional<RecordsBegin> begin = {}) {
    ChunkAnswer what;
    what.kind = Answer::kChunk;
    what.chunk = chunk;
    what.size = chunk.input == 0 ? 300 : 50;
    what.begin = begin;
    answer(what);
  }
  void state(int64_t number, RecordsBegin begin) {
    ChunkAnswer what;
    what.kind = Answer::kBegin;
    what.chunk.number = number;
    what.begin = begin;
    answer(what);
  }
  // The next request; of kind 0 for none.
  ChunkRequest heard() {
    ReceivedRequest received = receive_chunk_request(sockets_.manager.get());
    auto request = decode_chunk_request(received.bytes.value_or(""));
    return request.value_or(ChunkRequest{static_cast<Request>(0), 0, 0});
  }
  static int64_t number(std::optional<Chunk> chunk) { return chunk ? chunk->number : 0; }

  ChunkSockets sockets_;
  Chunk first_{1, 0, 1, 2, 0, 150};
  Chunk second_{2, 0, 2, 2, 150, 300};
  Chunk third_{3, 1, 1, 1, 0, 50};
};

std::string error_of(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST_F(GrantedChunksTest, TakesWhatIsGranted) {
  auto chunks = scan();
  EXPECT_EQ(heard(), (ChunkRequest{Request::kOpen, 2, 0}));
  EXPECT_EQ(chunks->first_input(), 0);
  EXPECT_EQ(chunks->size_of(0), 300);
  grant(first_);
  EXPECT_EQ(chunks->peek(), first_);
  EXPECT_EQ(heard().kind, Request::kTake);
  EXPECT_EQ(chunks->take(0), first_);
  EXPECT_EQ(heard().kind, static_cast<Request>(0)) << "it was seen already";
  chunks->tell_next(160);
  EXPECT_EQ(heard(), (ChunkRequest{Request::kState, 1, 160}));
  grant(third_);
  EXPECT_EQ(chunks->take(0), std::nullopt) << "it lies in the other input";
  EXPECT_EQ(chunks->peek(), third_);
  EXPECT_EQ(chunks->size_of(1), 50);
  EXPECT_EQ(chunks->take(1), third_);
  EXPECT_EQ(heard().kind, Request::kTake);
  chunks->tell_next(50);
  answer(Answer::kNone);
  EXPECT_EQ(chunks->peek(), std::nullopt);
  EXPECT_EQ(heard().kind, Request::kTake) << "no input begins in another";
}

TEST_F(GrantedChunksTest, AnEarlierChunkThatWasLostIsAnotherReaders) {
  auto chunks = scan();
  grant(second_, RecordsBegin{160, true});
  EXPECT_EQ(number(chunks->take(0)), 2);
  grant(first_);
  EXPECT_EQ(number(chunks->take(0)), 0);
  EXPECT_EQ(number(chunks->peek()), 1);
  EXPECT_EQ(number(chunks->take(0)), 1);
}

TEST_F(GrantedChunksTest, ABeginningComesWithTheChunkOrLater) {
  auto chunks = scan();
  grant(second_, RecordsBegin{160, true});
  chunks->take(0);
  EXPECT_EQ(chunks->known_begin_of_records(), 160);
  EXPECT_EQ(chunks->begin_of_records(), (RecordsBegin{160, true}));
  grant(second_);
  chunks->take(0);
  EXPECT_EQ(chunks->known_begin_of_records(), std::nullopt);
  state(1, {7, true});
  EXPECT_EQ(chunks->known_begin_of_records(), std::nullopt) << "it is of another chunk";
  state(2, {170, true});
  EXPECT_EQ(chunks->known_begin_of_records(), 170);
  grant(second_);
  chunks->take(0);
  std::thread late([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    state(2, {100, false});
  });
  EXPECT_EQ(chunks->begin_of_records(), (RecordsBegin{100, false}));
  EXPECT_EQ(chunks->known_begin_of_records(), std::nullopt) << "it is of an earlier record";
  late.join();
  // One that nobody asked for is passed over.
  state(2, {100, false});
  grant(third_);
  EXPECT_EQ(number(chunks->peek()), 3);
}

TEST_F(GrantedChunksTest, AScanThatFailsWaitsForItsTurn) {
  auto chunks = scan();
  chunks->give_way();
  heard();
  EXPECT_EQ(heard().kind, static_cast<Request>(0)) << "it has no chunk";
  grant(second_);
  chunks->peek();
  heard();
  const Clock::time_point began = Clock::now();
  std::thread late([&] {
    state(2, {170, true});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer(Answer::kGo);
  });
  chunks->give_way();
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(20));
  EXPECT_LT(Clock::now() - began, kMostPatience);
  late.join();
  EXPECT_EQ(heard(), (ChunkRequest{Request::kFail, 2, 0}));
  const Clock::time_point again = Clock::now();
  chunks->give_way();
  EXPECT_GE(Clock::now() - again, kMostPatience) << "nobody has answered";
}

TEST_F(GrantedChunksTest, AScanMayNotHaveTheFirstInput) {
  sockets_ = make_chunk_sockets();
  ChunkAnswer opened;
  opened.kind = Answer::kOpened;
  opened.chunk.number = 2;
  opened.chunk.input = 1;
  opened.size = 50;
  answer(opened);
  auto chunks = scan();
  EXPECT_EQ(chunks->first_input(), 1);
  EXPECT_EQ(chunks->size_of(1), 50);
  sockets_ = make_chunk_sockets();
  opened.chunk.input = 2;
  answer(opened);
  EXPECT_EQ(error_of([&] { scan(); }), "the manager of the flow sent an unknown message");
}

TEST_F(GrantedChunksTest, WhatAManagerMayNotDo) {
  EXPECT_EQ(error_of([&] { scan(3); }), "the manager of the flow has 2 inputs, not 3");
  sockets_ = make_chunk_sockets();
  send_chunk_answer(sockets_.manager.get(), std::string(100, 'x'));
  EXPECT_EQ(error_of([&] { scan(); }), "the manager of the flow sent an unknown message");
  sockets_ = make_chunk_sockets();
  answer(Answer::kRefused);
  EXPECT_EQ(error_of([&] { scan(); }), "the manager of the flow refused a request for chunks");
  sockets_ = make_chunk_sockets();
  sockets_.manager.reset();
  EXPECT_EQ(error_of([&] { scan(); }), "the manager of the flow has ended");
}

TEST_F(GrantedChunksTest, AManagerThatEnds) {
  auto chunks = scan();
  grant(first_);
  chunks->take(0);
  sockets_.manager.reset();
  EXPECT_EQ(error_of([&] { chunks->tell_next(160); }), "the manager of the flow has ended");
  EXPECT_EQ(error_of([&] { chunks->peek(); }), "the manager of the flow has ended");
  chunks->give_way();
}

TEST_F(GrantedChunksTest, ANameMayBeASocket) {
  const int given = sockets_.scan.release();
  fcntl(given, F_SETFD, 0);
  auto chunks = open_chunk_source("/dev/fd/" + std::to_string(given), {300, 50});
  EXPECT_EQ(fcntl(given, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(chunks->size_of(0), 300);
}

// What is not one is taken for a file.
TEST_F(GrantedChunksTest, OtherNamesAreFiles) {
  int stream[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, stream), 0);
  Descriptor ends[2] = {Descriptor(stream[0]), Descriptor(stream[1])};
  const std::string socket = std::to_string(sockets_.scan.get());
  for (const std::string& name :
       {"/dev/fd/" + std::to_string(stream[0]), std::string("/dev/fd/9999"),
        std::string("/dev/fd/4294967296"), "/dev/fd/x" + socket, "/dev/fd/-" + socket, socket}) {
    EXPECT_TRUE(error_of([&] {
                  open_chunk_source(name, {1, 2});
                }).starts_with(name + ": "))
        << name;
  }
}

}  // namespace
}  // namespace penstock
