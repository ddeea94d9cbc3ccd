// Peers that do not keep to the protocol.
#include <gtest/gtest.h>

#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/frame_ring.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::RawPeer;
using testing::receive_options;
using testing::SocketDirectory;

constexpr const char* kWelcome = "2";
constexpr const char* kAck = "6";

// What the receiver of one sender says to what `act` does as that sender.
std::string receiver_error(const std::function<void(RawPeer&)>& act) {
  SocketDirectory directory;
  Receiver receiver(receive_options(directory.endpoint(), 1));
  RawPeer peer(directory.endpoint());
  act(peer);
  std::string error = error_of([&] {
    OperatorPtr rows = receiver.rows();
    while (rows->next()) {
    }
  });
  std::string place = directory.endpoint() + ": sender 1";
  return error.compare(0, place.size(), place) == 0 ? error.substr(place.size()) : error;
}

TEST(HostilePeerTest, AGoodOneIsBelieved) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              Buffer first = RawPeer::data(0, 5).freeze();
              Buffer second = RawPeer::data(1, 6).freeze();
              peer.send(first);
              peer.send(second);
              peer.send(encode_end(2, 11, static_cast<uint64_t>(first.size() + second.size())));
              EXPECT_EQ(peer.answer(), kWelcome);
              EXPECT_EQ(peer.answer(), kAck);
            }),
            "no error");
}

TEST(HostilePeerTest, LostFrames) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(RawPeer::data(0, 5));
              peer.send(RawPeer::data(2, 5));
            }),
            ": frame 2 came where frame 1 was due: rows were lost or doubled");
}

TEST(HostilePeerTest, DoubledFrames) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(RawPeer::data(0, 5));
              peer.send(RawPeer::data(0, 5));
            }),
            ": frame 0 came where frame 1 was due: rows were lost or doubled");
}

TEST(HostilePeerTest, CountsThatAreWrong) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(RawPeer::data(0, 5));
              peer.send(encode_end(2, 10, 1000));
            }),
            ": 5 rows in 1 frames arrived of 10 rows in 2");
}

TEST(HostilePeerTest, AConnectionThatIsCut) {
  std::string error = receiver_error([](RawPeer& peer) {
    peer.begin();
    peer.send(RawPeer::data(0, 5));
    EXPECT_EQ(peer.answer(), kWelcome);
    peer.close();
  });
  EXPECT_EQ(error, " stopped before it had sent all rows (after 5 rows)");
}

TEST(HostilePeerTest, GarbageFromASender) {
  std::string error = receiver_error([](RawPeer& peer) {
    peer.begin();
    peer.send(Buffer::copy("garbage", 7));
  });
  EXPECT_EQ(error, ": not a frame of the exchange: of kind 103");
}

TEST(HostilePeerTest, FramesOutOfTurn) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.send(encode_hello(peer.hello()));
              peer.send(RawPeer::data(0, 5));
            }),
            ": rows before their schema");
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.send(encode_hello(peer.hello()));
              peer.send(encode_end(0, 0, 0));
            }),
            ": an end before its schema");
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
            }),
            ": a second schema");
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(encode_hello(peer.hello()));
            }),
            ": a frame that senders do not send");
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(encode_text(FrameKind::kSample, "x"));
            }),
            ": a sample that was not asked for");
}

TEST(HostilePeerTest, MoreThanWasGranted) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              HelloFrame hello = peer.hello();
              hello.window = 0;  // as little as may be
              peer.send(encode_hello(hello));
              peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
              peer.send(RawPeer::data(0, kLeastWindow));
              peer.send(RawPeer::data(1, 5));
              EXPECT_EQ(peer.answer(), kWelcome);
              // Nobody reads before it is known, which would have granted more.
              EXPECT_NE(peer.answer().find("more than it was granted"), std::string::npos);
            }),
            ": it sends more than it was granted");
}

TEST(HostilePeerTest, ABatchThatIsNoneOfItsSchema) {
  std::string error = receiver_error([](RawPeer& peer) {
    peer.send(encode_hello(peer.hello()));
    peer.send(encode_schema_frame(Schema({{"k", utf8_type(), true, {}}})));
    peer.send(RawPeer::data(0, 5));
    peer.send(encode_end(1, 5, 0));
  });
  EXPECT_EQ(error.compare(0, 2, ": "), 0) << error;
}

TEST(HostilePeerTest, FramesInMemoryThatIsNotShared) {
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              peer.begin();
              peer.send(encode_shared(0, 1000));
            }),
            ": a frame in memory that is not shared");
  // Memory of another process is not opened, and the rows come without it.
  EXPECT_EQ(receiver_error([](RawPeer& peer) {
              HelloFrame hello = peer.hello();
              hello.ring = {4096, 1, 0};
              peer.send(encode_hello(hello));
              peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
              Buffer frame = RawPeer::data(0, 5).freeze();
              peer.send(frame);
              peer.send(encode_end(1, 5, static_cast<uint64_t>(frame.size())));
            }),
            "no error");
}

TEST(HostilePeerTest, PartsThatAreNotThoseOfAFrame) {
  const Buffer frame = RawPeer::data(0, 5).freeze();
  const std::span<const uint8_t> bytes = frame.span<uint8_t>();
  const uint64_t size = bytes.size();
  // The error for these parts: bytes, and how many are said to be left.
  auto error_for = [&](const std::vector<std::pair<std::span<const uint8_t>, uint64_t>>& parts) {
    return receiver_error([&](RawPeer& peer) {
      peer.begin();
      for (const auto& [part, left] : parts)
        peer.send(encode_part(part, left));
      peer.send(encode_end(1, 5, size));
    });
  };
  EXPECT_EQ(error_for({{bytes.first(8), size - 8}, {bytes.subspan(8), 0}}), "no error");
  EXPECT_EQ(error_for({{bytes, 0}}), "no error");
  EXPECT_EQ(error_for({{bytes.first(8), size - 8}, {bytes.subspan(8), 1}}),
            ": its parts do not fit together");
  EXPECT_EQ(error_for({{bytes.first(8), 1}, {bytes.subspan(8), 0}}),
            ": its parts do not fit together");
  EXPECT_EQ(error_for({{bytes.first(8), size - 8}}), ": a frame in the middle of another");
  EXPECT_EQ(error_for({{bytes.first(8), static_cast<uint64_t>(kMaxFrameBytes)}}),
            ": its frame is too large");
  const Buffer beat = encode_signal(FrameKind::kBeat);
  EXPECT_EQ(error_for({{beat.span<uint8_t>(), 0}}), ": parts of a frame that has no rows");
}

// What the receiver says when `frame` lies in memory that it shares, and is said to have `size`.
std::string error_for_shared(const Buffer& frame, uint64_t position, uint64_t size) {
  std::optional<RingWriter> ring;
  return receiver_error([&](RawPeer& peer) {
    HelloFrame hello = peer.hello();
    ring.emplace(*RingWriter::make(1 << 16, hello.nonce));
    ring->set_open();
    hello.ring = ring->address();
    peer.send(encode_hello(hello));
    peer.send(encode_schema_frame(*testing::numbered_rows(0).schema));
    std::optional<RingWriter::Room> room = ring->allocate(frame.size());
    std::memcpy(room->data, frame.data(), static_cast<size_t>(frame.size()));
    peer.send(encode_shared(position, size));
    peer.send(encode_end(1, 5, static_cast<uint64_t>(frame.size())));
  });
}

TEST(HostilePeerTest, GarbageInSharedMemory) {
  const Buffer good = RawPeer::data(0, 5).freeze();
  const auto size = static_cast<uint64_t>(good.size());
  EXPECT_EQ(error_for_shared(good, 0, size), "no error");
  EXPECT_EQ(error_for_shared(good, 1 << 20, size),
            ": a frame of " + std::to_string(size) +
                " bytes at 1048576 of its memory, where none "
                "can be");
  EXPECT_EQ(error_for_shared(good, 0, 10), ": not a frame of the exchange: it is cut");
  EXPECT_EQ(error_for_shared(encode_signal(FrameKind::kBeat), 0, 8),
            ": no data frame where it should be in its memory");
  EXPECT_EQ(error_for_shared(Buffer::copy("garbage", 7), 0, 7),
            ": not a frame of the exchange: of kind 103");
  EXPECT_EQ(error_for_shared(RawPeer::data(1, 5).freeze(), 0, size),
            ": frame 1 came where frame 0 was due: rows were lost or doubled");
}

// Strangers get the reason, and the exchange goes on.
TEST(HostilePeerTest, StrangersDisturbNobody) {
  SocketDirectory directory;
  ReceiveOptions options = receive_options(directory.endpoint(), 1);
  options.name = "ours";
  std::mutex mutex;
  int notes = 0;
  options.note = [&](const std::string&) {
    std::lock_guard lock(mutex);
    ++notes;
  };
  Receiver receiver(options);

  RawPeer garbage(directory.endpoint());
  garbage.send(Buffer::copy("hello?", 6));
  EXPECT_EQ(garbage.answer(), "not a frame of the exchange: of kind 104");
  RawPeer mute(directory.endpoint());
  mute.send(Buffer());
  EXPECT_EQ(mute.answer(), "not a frame of the exchange: it is cut");
  RawPeer early(directory.endpoint());
  early.send(RawPeer::data(0, 5));
  EXPECT_EQ(early.answer(), "its first frame is not a hello");
  RawPeer other_run(directory.endpoint());
  other_run.begin();
  EXPECT_EQ(other_run.answer(), "it belongs to the exchange '', not to 'ours'");
  RawPeer later(directory.endpoint());
  HelloFrame hello = later.hello();
  hello.version = 9;
  later.send(encode_hello(hello));
  EXPECT_EQ(later.answer(), "it speaks version 9 of the protocol, not 5");
  RawPeer high(directory.endpoint());
  hello = high.hello();
  hello.name = "ours";
  hello.worker = 2;
  high.send(encode_hello(hello));
  EXPECT_EQ(high.answer(), "it is worker 2, but there are 1");

  RawPeer good(directory.endpoint());
  hello.worker = 1;
  good.send(encode_hello(hello));
  EXPECT_EQ(good.answer(), kWelcome);
  RawPeer doubled(directory.endpoint());
  doubled.send(encode_hello(hello));
  EXPECT_EQ(doubled.answer(), "worker 1 is connected already");
  RawPeer surplus(directory.endpoint());
  hello.worker = 0;
  surplus.send(encode_hello(hello));
  EXPECT_EQ(surplus.answer(), "all 1 senders are connected already");

  good.send(encode_schema_frame(*testing::numbered_rows(0).schema));
  Buffer frame = RawPeer::data(0, 5).freeze();
  good.send(frame);
  good.send(encode_end(1, 5, static_cast<uint64_t>(frame.size())));
  OperatorPtr rows = receiver.rows();
  EXPECT_EQ(rows->next()->rows, 5);
  EXPECT_FALSE(rows->next());
  receiver.finish();
  std::lock_guard lock(mutex);
  EXPECT_EQ(notes, 8);
}

TEST(HostilePeerTest, SendersThatDisagree) {
  SocketDirectory directory;
  Receiver receiver(receive_options(directory.endpoint(), 3));
  RawPeer first(directory.endpoint());
  first.send(encode_hello(first.hello()));
  EXPECT_EQ(first.answer(), kWelcome);
  RawPeer second(directory.endpoint());
  HelloFrame hello = second.hello();
  hello.partitioning = "hash k";
  second.send(encode_hello(hello));
  EXPECT_EQ(second.answer(), "it partitions by hash k, another sender by ");
  RawPeer third(directory.endpoint());
  hello = third.hello();
  hello.receivers = 2;
  third.send(encode_hello(hello));
  EXPECT_EQ(third.answer(), "it counts this as receiver 1 of 2, another sender as 1 of 1");
}

}  // namespace
}  // namespace penstock
