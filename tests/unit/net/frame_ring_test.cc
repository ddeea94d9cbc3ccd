#include "libcore/net/frame_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;

constexpr int64_t kRingBytes = 4096;
constexpr uint64_t kNonce = 77;

struct Ring {
  explicit Ring(int64_t bytes = kRingBytes)
      : writer(RingWriter::make(bytes, kNonce)),
        reader(RingReader::open(writer->address(), kNonce)) {
    writer->set_open();
  }

  // Whether there was room; what was written is to be taken later.
  bool write(int64_t size, uint8_t byte) {
    std::optional<RingWriter::Room> room = writer->allocate(size);
    if (!room) return false;
    EXPECT_EQ(room->size, size);
    std::memset(room->data, byte, static_cast<size_t>(size));
    written.push_back(*room);
    return true;
  }
  void take(size_t number) {
    const RingWriter::Room& room = written[number];
    Buffer frame = reader->take(room.position, static_cast<uint64_t>(room.size));
    EXPECT_EQ(frame.size(), room.size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(frame.data()) % 16, 8U);
    for (int64_t i = 0; i < frame.size(); ++i)
      ASSERT_EQ(frame.data()[i], static_cast<uint8_t>(number));
  }

  std::optional<RingWriter> writer;
  std::optional<RingReader> reader;
  std::vector<RingWriter::Room> written;
};

// Sizes that fill the ring in every way, with up to three frames in it.
TEST(FrameRing, EveryFrameComesBackWhole) {
  Ring ring;
  size_t taken = 0;
  uint64_t laps = 0;
  for (size_t number = 0; number < 3000; ++number) {
    const auto size = static_cast<int64_t>(1 + number * 37 % 1300);
    while (!ring.write(size, static_cast<uint8_t>(number))) {
      ASSERT_LT(taken, number);
      ring.take(taken++);
    }
    laps = ring.written.back().position / kRingBytes;
    if (number - taken >= 3) ring.take(taken++);
  }
  while (taken < ring.written.size())
    ring.take(taken++);
  EXPECT_GT(laps, 300U);
}

TEST(FrameRing, NoRoomUntilTheFirstIsTaken) {
  Ring ring;
  EXPECT_TRUE(ring.write(kRingBytes / 2, 0));
  EXPECT_TRUE(ring.write(kRingBytes / 2, 1));
  EXPECT_FALSE(ring.write(1, 2));
  ring.take(0);
  EXPECT_TRUE(ring.write(1, 2));
  ring.take(1);
  ring.take(2);
}

TEST(FrameRing, TheLargestFrameAndOneLarger) {
  Ring ring;
  EXPECT_FALSE(ring.write(kRingBytes + 1, 0));
  EXPECT_TRUE(ring.write(kRingBytes, 0));
  ring.take(0);
  EXPECT_TRUE(ring.write(kRingBytes, 1));
  ring.take(1);
}

TEST(FrameRing, NoRoomBeforeTheReceiverHasIt) {
  std::optional<RingWriter> writer = RingWriter::make(kRingBytes, kNonce);
  ASSERT_TRUE(writer);
  EXPECT_FALSE(writer->allocate(100));
  writer->set_open();
  EXPECT_TRUE(writer->allocate(100));
}

TEST(FrameRing, OnlyItsOwnMemoryIsOpened) {
  std::optional<RingWriter> writer = RingWriter::make(kRingBytes, kNonce);
  ASSERT_TRUE(writer);
  EXPECT_TRUE(RingReader::open(writer->address(), kNonce));
  EXPECT_FALSE(RingReader::open(writer->address(), kNonce + 1));
  EXPECT_FALSE(RingReader::open({}, kNonce));
  for (uint64_t bytes : {uint64_t{0}, uint64_t{kRingBytes} - 64, uint64_t{kRingBytes} + 1,
                         std::numeric_limits<uint64_t>::max()}) {
    RingAddress address = writer->address();
    address.bytes = bytes;
    EXPECT_FALSE(RingReader::open(address, kNonce)) << bytes;
  }
  RingAddress elsewhere = writer->address();
  elsewhere.descriptor = std::numeric_limits<uint64_t>::max();
  EXPECT_FALSE(RingReader::open(elsewhere, kNonce));

  std::optional<RingWriter> most = RingWriter::make(kMostRingBytes, kNonce);
  ASSERT_TRUE(most);
  EXPECT_TRUE(RingReader::open(most->address(), kNonce));
  std::optional<RingWriter> more = RingWriter::make(kMostRingBytes + 64, kNonce);
  ASSERT_TRUE(more);
  EXPECT_FALSE(RingReader::open(more->address(), kNonce));
}

TEST(FrameRing, PlacesWhereNoFrameCanBe) {
  Ring ring;
  ASSERT_TRUE(ring.write(100, 0));
  ASSERT_TRUE(ring.write(100, 1));
  ring.take(0);
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  constexpr auto kRing = static_cast<uint64_t>(kRingBytes);
  struct Place {
    uint64_t position;
    uint64_t size;
  };
  for (Place place : {Place{0, 100}, Place{64, 100}, Place{129, 100}, Place{128, 0},
                      Place{128, kRing}, Place{128, kMost}, Place{kRing, kRing + 1},
                      Place{128 + kRing + 64, 1}, Place{kMost - 63, 64}, Place{kMost, 1}}) {
    std::string error = error_of([&] { ring.reader->take(place.position, place.size); });
    EXPECT_NE(error.find("where none can be"), std::string::npos)
        << place.position << " " << place.size << ": " << error;
  }
  ring.take(1);
}

TEST(FrameRing, AReceiverThatGivesBackWhatItHasNot) {
  for (uint64_t released : {uint64_t{64}, uint64_t{193}, std::numeric_limits<uint64_t>::max()}) {
    Ring ring;
    ASSERT_TRUE(ring.write(100, 0));
    ring.take(0);
    ASSERT_TRUE(ring.write(1, 1));  // the writer knows of 128, and has written up to 192
    const RingAddress address = ring.writer->address();
    std::optional<SharedMemory> memory =
        SharedMemory::open(static_cast<int64_t>(address.process),
                           static_cast<int64_t>(address.descriptor), 64 + kRingBytes);
    ASSERT_TRUE(memory);
    std::memcpy(memory->data() + 8, &released, sizeof released);
    EXPECT_EQ(error_of([&] { ring.writer->allocate(10); }),
              "the receiver has given back memory that it did not have");
  }
}

}  // namespace
}  // namespace penstock
