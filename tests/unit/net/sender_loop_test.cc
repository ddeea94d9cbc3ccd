// The loop alone, against a receiver whose every frame the test makes.
#include "libcore/net/sender_loop.h"

#include <gtest/gtest.h>

#include <thread>

#include "libcore/os/byte_sink.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::RawPeer;
using testing::send_options;
using testing::SocketDirectory;

constexpr uint64_t kNonce = 77;

// A loop that runs in a thread of its own, and the socket of its one receiver.
class RunningSender {
 public:
  explicit RunningSender(const std::string& endpoint = {})
      : options_(send_options({endpoint.empty() ? directory_.endpoint() : endpoint}, 3)) {
    receiver_.bind(options_.endpoints[0]);
    thread_ = std::thread([this] {
      SenderLoop(options_, {kNonce, kLeastWindow}, rings_, links_, context_, outbox_, wake_).run();
    });
  }
  ~RunningSender() {
    if (thread_.joinable()) thread_.join();
  }

  Outbox& outbox() { return outbox_; }

  // The next frame but for beats.
  Frame next() {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    ZmqSocket* sockets[] = {&receiver_};
    Wake never;
    while (std::chrono::steady_clock::now() < end) {
      message_ = receiver_.receive();
      if (!message_) {
        wait_any(sockets, never.fd(), Milliseconds(20));
        continue;
      }
      Frame frame = parse_frame(message_->bytes.span<uint8_t>());
      if (frame.kind != FrameKind::kBeat) return frame;
    }
    ADD_FAILURE() << "no frame came";
    return {};
  }
  bool has_no_frame() {
    auto end = std::chrono::steady_clock::now() + 3 * kPatience;
    while (std::chrono::steady_clock::now() < end) {
      std::optional<ZmqSocket::Message> message = receiver_.receive();
      if (message && parse_frame(message->bytes.span<uint8_t>()).kind != FrameKind::kBeat) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  void answer(const Buffer& frame) {
    EXPECT_EQ(receiver_.send(message_->peer, frame), Sent::kDone);
  }

  // Takes the hello and grants `limit` bytes.
  void welcome(uint64_t limit) {
    Frame hello = next();
    EXPECT_EQ(hello.kind, FrameKind::kHello);
    EXPECT_EQ(hello.hello.nonce, kNonce);
    EXPECT_EQ(hello.hello.worker, 3U);
    EXPECT_EQ(hello.hello.window, static_cast<uint64_t>(kLeastWindow));
    answer(encode_welcome(kNonce, limit, 0));
  }

  void put(int64_t rows) { outbox_.put(0, {std::nullopt, RawPeer::data(0, rows), rows}); }
  void set_schema() { outbox_.set_schema(encode_schema_frame(*testing::numbered_rows(0).schema)); }

 private:
  SocketDirectory directory_;
  SendOptions options_;
  ZmqContext context_;
  ZmqSocket receiver_{context_, ZmqSocket::Kind::kRouter};
  std::vector<std::optional<RingWriter>> rings_{1};
  std::vector<LinkState> links_{1};
  Wake wake_;
  Outbox outbox_{1, wake_};
  std::optional<ZmqSocket::Message> message_;
  std::thread thread_;
};

TEST(SenderLoop, SendsInOrderAndIsDoneWhenAllIsAcknowledged) {
  RunningSender running;
  running.set_schema();
  running.put(5);
  running.put(6);
  running.outbox().end();
  running.welcome(1 << 20);
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  uint64_t bytes = 0;
  for (uint64_t sequence : {0U, 1U}) {
    Frame frame = running.next();
    EXPECT_EQ(frame.kind, FrameKind::kData);
    EXPECT_EQ(frame.data.sequence, sequence);
    EXPECT_EQ(frame.data.rows, 5 + sequence);
    bytes += static_cast<uint64_t>(RawPeer::data(0, static_cast<int64_t>(5 + sequence)).size());
  }
  Frame end = running.next();
  EXPECT_EQ(end.kind, FrameKind::kEnd);
  EXPECT_EQ(end.numbers[0], 2U);
  EXPECT_EQ(end.numbers[1], 11U);
  EXPECT_EQ(end.numbers[2], bytes);
  running.answer(encode_ack(11));
  running.outbox().wait_until_done();
}

TEST(SenderLoop, SendsNoMoreThanItWasGranted) {
  RunningSender running;
  running.set_schema();
  running.put(1);
  running.put(2);
  running.welcome(1);  // one frame may pass it
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  EXPECT_EQ(running.next().data.rows, 1U);
  EXPECT_TRUE(running.has_no_frame());
  running.answer(encode_credit(1 << 20));
  EXPECT_EQ(running.next().data.rows, 2U);
  // A lower limit, which may have been overtaken, takes nothing back.
  running.answer(encode_credit(2));
  running.put(3);
  EXPECT_EQ(running.next().data.rows, 3U);
  running.answer(encode_signal(FrameKind::kStop));
  EXPECT_THROW(running.outbox().wait_until_done(), OutputClosed);
}

TEST(SenderLoop, WhatWasSeenOverATcpLinkBoundsWhatIsUnderWay) {
  RunningSender running("tcp://127.0.0.1:" + std::to_string(testing::free_port()));
  running.set_schema();
  running.welcome(1 << 20);
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  constexpr int64_t kRows = kLeastFrameTarget * 7 / 4 / 16;
  const int64_t bytes = RawPeer::data(0, kRows).size();
  ASSERT_LE(bytes, 2 * kLeastFrameTarget);
  // As many frames as may be under way, the last of which passes that.
  const int64_t frames = kLeastUnderWay / bytes + 1;
  for (int64_t i = 0; i < frames; ++i) {
    running.put(kRows);
    EXPECT_EQ(running.next().data.rows, static_cast<uint64_t>(kRows));
  }
  running.put(1);
  EXPECT_TRUE(running.has_no_frame());
  running.answer(encode_seen(static_cast<uint64_t>(2 * bytes)));
  EXPECT_EQ(running.next().data.rows, 1U);
  running.answer(encode_seen(static_cast<uint64_t>(2 * frames * bytes)));
  const std::string error = error_of([&] { running.outbox().wait_until_done(); });
  EXPECT_NE(error.find(" bytes arrived"), std::string::npos) << error;
}

TEST(SenderLoop, ALargeFrameGoesOverATcpLinkInParts) {
  RunningSender running("tcp://127.0.0.1:" + std::to_string(testing::free_port()));
  running.set_schema();
  running.welcome(1 << 20);
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  constexpr int64_t kRows = 20'000;
  MutableBuffer whole = RawPeer::data(0, kRows);
  running.put(kRows);
  running.outbox().end();
  std::vector<uint8_t> bytes;
  for (uint64_t left = 1; left != 0;) {
    Frame part = running.next();
    ASSERT_EQ(part.kind, FrameKind::kPart);
    // At most what has arrived is added to the least (link/pace.h).
    EXPECT_LE(std::ssize(part.part), kLeastUnderWay + std::ssize(bytes));
    bytes.insert(bytes.end(), part.part.begin(), part.part.end());
    left = part.numbers[0];
    EXPECT_EQ(bytes.size() + left, static_cast<size_t>(whole.size()));
    running.answer(encode_seen(bytes.size()));
  }
  EXPECT_EQ(parse_frame(bytes).data.rows, static_cast<uint64_t>(kRows));
  Frame end = running.next();
  EXPECT_EQ(end.kind, FrameKind::kEnd);
  EXPECT_EQ(end.numbers[0], 1U);
  EXPECT_EQ(end.numbers[2], bytes.size());
  running.answer(encode_ack(static_cast<uint64_t>(kRows)));
  running.outbox().wait_until_done();
}

TEST(SenderLoop, AWrongAcknowledgementIsAnError) {
  RunningSender running;
  running.set_schema();
  running.put(5);
  running.outbox().end();
  running.welcome(1 << 20);
  while (running.next().kind != FrameKind::kEnd) {
  }
  running.answer(encode_ack(4));
  EXPECT_NE(
      error_of([&] { running.outbox().wait_until_done(); }).find("4 of 5 rows were acknowledged"),
      std::string::npos);
}

TEST(SenderLoop, AReceiversErrorIsTheSenders) {
  RunningSender running;
  running.set_schema();
  running.welcome(1 << 20);
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  running.answer(encode_error("disk full"));
  std::string error = error_of([&] { running.outbox().wait_until_done(); });
  EXPECT_NE(error.find("disk full"), std::string::npos) << error;
  EXPECT_EQ(error.find("ipc://"), 0U) << error;
}

TEST(SenderLoop, AWelcomeForAnotherIsRefused) {
  RunningSender running;
  EXPECT_EQ(running.next().kind, FrameKind::kHello);
  running.answer(encode_welcome(kNonce + 1, 1 << 20, 0));
  EXPECT_NE(
      error_of([&] { running.outbox().wait_until_done(); }).find("it welcomes another sender"),
      std::string::npos);
}

TEST(SenderLoop, WhyItsMakerGaveUpIsTold) {
  RunningSender running;
  running.set_schema();
  running.welcome(1 << 20);
  EXPECT_EQ(running.next().kind, FrameKind::kSchema);
  running.outbox().abort("no more memory");
  Frame error = running.next();
  EXPECT_TRUE(error.kind == FrameKind::kError || error.kind == FrameKind::kRelayed);
  EXPECT_EQ(error.text, "no more memory");
}

}  // namespace
}  // namespace penstock
