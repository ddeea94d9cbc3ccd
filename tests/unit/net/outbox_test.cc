#include "libcore/net/outbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "libcore/os/byte_sink.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;

Outbox::Outgoing outgoing(int64_t rows) {
  Outbox::Outgoing outgoing;
  outgoing.frame.push(rows);
  outgoing.rows = rows;
  return outgoing;
}

Buffer text_frame(const std::string& text) {
  return Buffer::copy(text.data(), static_cast<int64_t>(text.size()));
}

TEST(Outbox, EachReceiversFramesLeaveInTheirOrder) {
  Wake wake;
  Outbox outbox(2, wake);
  outbox.put(0, outgoing(1));
  outbox.put(1, outgoing(2));
  outbox.put(0, outgoing(3));
  EXPECT_TRUE(outbox.has_next(1));
  EXPECT_EQ(outbox.next(1)->rows, 2);
  EXPECT_FALSE(outbox.has_next(1));
  EXPECT_FALSE(outbox.next(1).has_value());
  EXPECT_EQ(outbox.next(0)->rows, 1);
  EXPECT_EQ(outbox.next(0)->rows, 3);
}

TEST(Outbox, TheMakerWaitsForAReceiverThatTakesNothingAndSaysSo) {
  Wake wake;
  Outbox outbox(2, wake);
  for (int64_t i = 0; i < kWaitingFrames; ++i)
    outbox.put(0, outgoing(i));
  EXPECT_FALSE(outbox.is_pressing(0));
  std::thread maker([&] { outbox.put(0, outgoing(99)); });
  while (!outbox.is_pressing(0))
    std::this_thread::yield();
  EXPECT_FALSE(outbox.is_pressing(1));
  EXPECT_EQ(outbox.next(0)->rows, 0);
  maker.join();
  EXPECT_FALSE(outbox.is_pressing(0));
  for (int64_t i = 1; i < kWaitingFrames; ++i)
    EXPECT_EQ(outbox.next(0)->rows, i);
  EXPECT_EQ(outbox.next(0)->rows, 99);
}

TEST(Outbox, AReceiverThatIsDoneGetsNothingMore) {
  Wake wake;
  Outbox outbox(2, wake);
  outbox.put(0, outgoing(1));
  outbox.set_done(0, true);
  EXPECT_FALSE(outbox.next(0).has_value());
  for (int64_t i = 0; i < 3 * kWaitingFrames; ++i)
    outbox.put(0, outgoing(i));
  EXPECT_FALSE(outbox.has_next(0));
  outbox.put(1, outgoing(7));
  EXPECT_EQ(outbox.next(1)->rows, 7);
}

TEST(Outbox, WhenNoReceiverWantsMoreTheOutputIsClosed) {
  Wake wake;
  Outbox outbox(2, wake);
  outbox.set_done(0, true);
  outbox.set_schema(text_frame("schema"));
  outbox.set_done(1, true);
  EXPECT_THROW(outbox.put(0, outgoing(1)), OutputClosed);
  EXPECT_THROW(outbox.set_schema(text_frame("schema")), OutputClosed);
  EXPECT_THROW(outbox.wait_until_done(), OutputClosed);
}

TEST(Outbox, DoneIsWhenAllReceiversHaveWhatWasSent) {
  Wake wake;
  Outbox outbox(2, wake);
  outbox.put(0, outgoing(1));
  outbox.end();
  EXPECT_TRUE(outbox.has_ended());
  std::thread network([&] {
    // The last frame waits longer than its maker did.
    while (!outbox.is_pressing(0))
      std::this_thread::yield();
    EXPECT_EQ(outbox.next(0)->rows, 1);
    outbox.set_done(0, false);
    outbox.set_done(1, false);
  });
  outbox.wait_until_done();
  network.join();
}

TEST(Outbox, AFailureReachesTheMakerWhereverItWaits) {
  Wake wake;
  {
    Outbox outbox(1, wake);
    for (int64_t i = 0; i < kWaitingFrames; ++i)
      outbox.put(0, outgoing(i));
    std::thread network([&] { outbox.fail(Error("lost")); });
    EXPECT_EQ(error_of([&] { outbox.put(0, outgoing(99)); }), "lost");
    network.join();
  }
  {
    Outbox outbox(1, wake);
    std::thread network([&] {
      while (!outbox.sample())
        std::this_thread::yield();
      outbox.fail(Error("lost"));
    });
    EXPECT_EQ(error_of([&] { outbox.exchange_sample(text_frame("keys")); }), "lost");
    network.join();
  }
  {
    Outbox outbox(1, wake);
    outbox.end();
    std::thread network([&] { outbox.fail(Error("lost")); });
    EXPECT_EQ(error_of([&] { outbox.wait_until_done(); }), "lost");
    network.join();
  }
}

TEST(Outbox, ASampleIsExchangedForSplitters) {
  Wake wake;
  Outbox outbox(1, wake);
  EXPECT_FALSE(outbox.sample());
  std::thread network([&] {
    while (!outbox.sample())
      std::this_thread::yield();
    outbox.set_splitters("10,20");
  });
  EXPECT_EQ(outbox.exchange_sample(text_frame("keys")), "10,20");
  network.join();
  EXPECT_EQ(outbox.sample()->size(), 4);
}

TEST(Outbox, AnAbortIsLeftForTheNetwork) {
  Wake wake;
  Outbox outbox(1, wake);
  EXPECT_FALSE(outbox.aborted());
  outbox.abort("disk full");
  EXPECT_EQ(outbox.aborted(), "disk full");
}

}  // namespace
}  // namespace penstock
