#include "libcore/net/inbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

constexpr int64_t kMemory = int64_t{64} << 10;

SpillOptions spill() {
  SpillOptions options;
  options.memory = kMemory;
  return options;
}

Buffer frame(uint8_t byte, int64_t size = 100) {
  std::vector<uint8_t> bytes(static_cast<size_t>(size), byte);
  return Buffer::copy(bytes.data(), size);
}

TEST(InboxTest, EachSendersFramesInOrder) {
  Wake wake;
  Inbox inbox(2, spill(), wake);
  inbox.put(1, frame(1));
  inbox.put(0, frame(2));
  inbox.put(1, frame(3));
  inbox.end(0);
  inbox.end(1);
  EXPECT_EQ(inbox.take(0)->data()[0], 2);
  EXPECT_EQ(inbox.take(1)->data()[0], 1);
  EXPECT_EQ(inbox.take(1)->data()[0], 3);
  EXPECT_FALSE(inbox.take(1));
  EXPECT_FALSE(inbox.take(0));
  EXPECT_EQ(inbox.taken_bytes(1), 200);
}

TEST(InboxTest, AnySendersFramesAsTheyCame) {
  Wake wake;
  Inbox inbox(2, spill(), wake);
  for (uint8_t i = 0; i < 10; ++i)
    inbox.put(i % 3 == 0 ? 1 : 0, frame(i));
  inbox.end(0);
  inbox.end(1);
  for (uint8_t i = 0; i < 10; ++i) {
    std::optional<Inbox::Arrival> arrival = inbox.take_any();
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->sender, i % 3 == 0 ? 1U : 0U);
    EXPECT_EQ(arrival->frame.data()[0], i);
  }
  EXPECT_FALSE(inbox.take_any());
}

TEST(InboxTest, WhatDoesNotFitComesBackInItsPlace) {
  Wake wake;
  Inbox inbox(1, spill(), wake);
  constexpr int64_t kBytes = 5000;
  for (uint8_t i = 0; i < 200; ++i)
    inbox.put(0, frame(i, kBytes + i));
  inbox.end(0);
  EXPECT_GT(inbox.spilled_bytes(), 0);
  for (uint8_t i = 0; i < 200; ++i) {
    std::optional<Buffer> got = inbox.take(0);
    ASSERT_EQ(got->size(), kBytes + i);
    EXPECT_EQ(got->data()[0], i);
    EXPECT_EQ(got->data()[kBytes + i - 1], i);
    // The next ones go to memory again as soon as there is room.
  }
  EXPECT_FALSE(inbox.take(0));
}

TEST(InboxTest, WhatComesBeforeItsTurnLeavesRoomForTheOthers) {
  Wake wake;
  Inbox inbox(2, spill(), wake);
  EXPECT_FALSE(inbox.is_early(0));
  inbox.expect_turns();
  EXPECT_TRUE(inbox.is_early(0));
  constexpr int64_t kBytes = 1000;
  inbox.put(0, frame(0, kBytes));
  EXPECT_TRUE(inbox.take(0));
  EXPECT_FALSE(inbox.is_early(0));
  for (uint8_t i = 0; i < 100; ++i)
    inbox.put(1, frame(i, kBytes));
  inbox.end(1);
  const int64_t early = inbox.spilled_bytes();
  EXPECT_GT(early, 0);
  // One whose turn it is does not go by way of the file, though the other's frames fill memory.
  inbox.put(0, frame(9, kBytes));
  EXPECT_EQ(inbox.spilled_bytes(), early);
  inbox.end(0);
  EXPECT_EQ(inbox.take(0)->data()[0], 9);
  EXPECT_FALSE(inbox.take(0));
  EXPECT_TRUE(inbox.is_early(1));
  for (uint8_t i = 0; i < 100; ++i)
    EXPECT_EQ(inbox.take(1)->data()[0], i);
  EXPECT_FALSE(inbox.is_early(1));
  EXPECT_FALSE(inbox.take(1));
}

TEST(InboxTest, AFrameLargerThanTheMemoryIsHeld) {
  Wake wake;
  Inbox inbox(1, spill(), wake);
  inbox.put(0, frame(1, 2 * kMemory));
  EXPECT_EQ(inbox.spilled_bytes(), 0);
  EXPECT_EQ(inbox.take(0)->size(), 2 * kMemory);
}

TEST(InboxTest, AReaderThatWaitsSaysForWhom) {
  Wake wake;
  Inbox inbox(2, spill(), wake);
  inbox.put(0, frame(1));
  std::thread reader([&] { EXPECT_EQ(inbox.take(1)->data()[0], 9); });
  while (!inbox.is_wanted(1))
    std::this_thread::sleep_for(kPatience / 4);
  EXPECT_FALSE(inbox.is_wanted(1));  // once for each wait
  EXPECT_FALSE(inbox.is_wanted(0));
  inbox.put(1, frame(9));
  reader.join();
  EXPECT_FALSE(inbox.is_wanted(1));
}

TEST(InboxTest, AFailureEndsAWait) {
  Wake wake;
  Inbox inbox(1, spill(), wake);
  std::thread reader([&] { EXPECT_EQ(testing::error_of([&] { inbox.take(0); }), "sad"); });
  std::this_thread::sleep_for(2 * kPatience);
  inbox.fail(Error("sad"));
  reader.join();
  EXPECT_THROW(inbox.take_any(), Error);
}

TEST(InboxTest, ADirectoryThatCannotBeWrittenTo) {
  Wake wake;
  SpillOptions options = spill();
  options.directory = "/nowhere";
  Inbox inbox(1, options, wake);
  inbox.put(0, frame(1, kMemory / 2));
  EXPECT_THROW(inbox.put(0, frame(2, kMemory / 2)), Error);
}

}  // namespace
}  // namespace penstock
