// The loop alone, against a peer whose every frame the test makes; hostile_peer_test.cc has what
// such a peer may do wrong.
#include "libcore/net/receiver_loop.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::RawPeer;
using testing::receive_options;
using testing::SocketDirectory;

std::string kind_text(FrameKind kind) {
  return std::to_string(static_cast<int>(kind));
}

// A loop that runs in a thread of its own.
class RunningReceiver {
 public:
  explicit RunningReceiver(int64_t senders, const std::string& endpoint = {})
      : options_(receive_options(endpoint.empty() ? directory_.endpoint() : endpoint, senders)),
        socket_(context_, ZmqSocket::Kind::kRouter),
        inbox_(static_cast<size_t>(senders), options_.spill, wake_),
        loop_(options_, int64_t{1} << 20, socket_, inbox_, board_, wake_) {
    socket_.bind(options_.endpoint);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~RunningReceiver() {
    if (thread_.joinable()) thread_.join();
  }

  std::string endpoint() const { return options_.endpoint; }
  Inbox& inbox() { return inbox_; }
  SchemaBoard& board() { return board_; }
  ReceiverLoop& loop() { return loop_; }
  void join() { thread_.join(); }

 private:
  SocketDirectory directory_;
  ReceiveOptions options_;
  ZmqContext context_;
  ZmqSocket socket_;
  Wake wake_;
  Inbox inbox_;
  SchemaBoard board_;
  ReceiverLoop loop_;
  std::thread thread_;
};

TEST(ReceiverLoop, EndsWhenEverySenderHasSentAll) {
  RunningReceiver running(2);
  RawPeer one(running.endpoint());
  RawPeer two(running.endpoint());
  one.begin();
  EXPECT_EQ(one.answer(), kind_text(FrameKind::kWelcome));
  Buffer frame = RawPeer::data(0, 5).freeze();
  one.send(frame);
  one.send(encode_end(1, 5, static_cast<uint64_t>(frame.size())));
  // It is not acknowledged before all schemas are known to agree.
  two.begin();
  EXPECT_EQ(two.answer(), kind_text(FrameKind::kWelcome));
  EXPECT_EQ(one.answer(), kind_text(FrameKind::kAck));
  two.send(encode_end(0, 0, 0));
  EXPECT_EQ(two.answer(), kind_text(FrameKind::kAck));
  running.join();
  EXPECT_EQ(running.board().wait().size(), 2U);
  EXPECT_EQ(running.inbox().take_any()->frame.size(), frame.size());
  EXPECT_FALSE(running.inbox().take_any());
}

TEST(ReceiverLoop, SchemasThatDifferFailAllAndAreNotAcknowledged) {
  RunningReceiver running(2);
  RawPeer one(running.endpoint());
  one.begin();
  EXPECT_EQ(one.answer(), kind_text(FrameKind::kWelcome));
  one.send(encode_end(0, 0, 0));
  RawPeer two(running.endpoint());
  two.send(encode_hello(two.hello()));
  two.send(encode_schema_frame(*make_schema({{"k", utf8_type(), true, {}}})));
  running.join();
  std::string error = error_of([&] { running.board().wait(); });
  EXPECT_NE(error.find("differ: "), std::string::npos) << error;
  EXPECT_EQ(error_of([&] { running.inbox().take_any(); }), error);
  EXPECT_EQ(one.answer(), error);
}

TEST(ReceiverLoop, CreditFollowsWhatTheReaderTakes) {
  RunningReceiver running(1);
  RawPeer peer(running.endpoint());
  HelloFrame hello = peer.hello();
  hello.window = kLeastWindow;
  peer.send(encode_hello(hello));
  peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
  EXPECT_EQ(peer.answer(), kind_text(FrameKind::kWelcome));
  // All of the window in one frame: none of it is granted again until the frame is taken.
  Buffer frame = RawPeer::data(0, kLeastWindow / 16).freeze();
  ASSERT_GE(frame.size(), kLeastWindow);
  peer.send(frame);
  EXPECT_TRUE(running.inbox().take(0));
  EXPECT_EQ(peer.answer(), kind_text(FrameKind::kCredit));
  peer.send(encode_end(1, kLeastWindow / 16, static_cast<uint64_t>(frame.size())));
  EXPECT_EQ(peer.answer(), kind_text(FrameKind::kAck));
}

// A sender on this host that can share memory does so over tcp too; another one learns what
// arrived.
TEST(ReceiverLoop, OverTcpItSharesMemoryOrSaysWhatItHasSeen) {
  for (bool shares : {true, false}) {
    RunningReceiver running(1, "tcp://127.0.0.1:" + std::to_string(testing::free_port()));
    RawPeer peer(running.endpoint());
    auto answer = [&] {
      std::string kind = peer.answer();
      while (kind == kind_text(FrameKind::kWant))
        kind = peer.answer();
      return kind;
    };
    HelloFrame hello = peer.hello();
    std::optional<RingWriter> ring = RingWriter::make(kLeastRingBytes, hello.nonce);
    ASSERT_TRUE(ring);
    if (shares) hello.ring = ring->address();
    peer.send(encode_hello(hello));
    peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
    EXPECT_EQ(peer.answer(), kind_text(FrameKind::kWelcome));
    Buffer frame = RawPeer::data(0, 5).freeze();
    if (shares) {
      ring->set_open();
      std::optional<RingWriter::Room> room = ring->allocate(frame.size());
      std::memcpy(room->data, frame.data(), static_cast<size_t>(frame.size()));
      peer.send(encode_shared(room->position, static_cast<uint64_t>(frame.size())));
    } else {
      peer.send(frame);
      EXPECT_EQ(answer(), kind_text(FrameKind::kSeen));
    }
    EXPECT_EQ(running.inbox().take(0)->size(), frame.size());
    peer.send(encode_end(1, 5, static_cast<uint64_t>(frame.size())));
    EXPECT_EQ(answer(), kind_text(FrameKind::kAck));
  }
}

TEST(ReceiverLoop, MoreThanWasGrantedIsAnError) {
  RunningReceiver running(1);
  RawPeer peer(running.endpoint());
  HelloFrame hello = peer.hello();
  hello.window = kLeastWindow;
  peer.send(encode_hello(hello));
  peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
  peer.send(RawPeer::data(0, kLeastWindow / 16));
  peer.send(RawPeer::data(1, 1));
  running.join();
  EXPECT_NE(error_of([&] {
              while (running.inbox().take(0)) {
              }
            }).find("it sends more than it was granted"),
            std::string::npos);
}

TEST(ReceiverLoop, OrdersOfTheOtherThreadReachTheSenders) {
  for (bool leaves : {true, false}) {
    RunningReceiver running(1);
    RawPeer peer(running.endpoint());
    peer.begin();
    EXPECT_EQ(peer.answer(), kind_text(FrameKind::kWelcome));
    running.board().wait();
    running.loop().order(leaves ? ReceiverOrder::kLeave : ReceiverOrder::kAbort,
                         Error("disk full"));
    running.join();
    EXPECT_EQ(peer.answer(), leaves ? kind_text(FrameKind::kStop) : "disk full");
  }
}

}  // namespace
}  // namespace penstock
