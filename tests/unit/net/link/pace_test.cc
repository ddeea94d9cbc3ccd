// Links on a clock of the tests' own.
#include "libcore/net/link/pace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "libcore/net/limits.h"

namespace penstock {
namespace {

using Time = LinkPace::Time;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// A link of a number of bytes a second that connections share, and what their receivers see.
class SharedLink {
 public:
  SharedLink(size_t connections, double rate, microseconds delay)
      : rate_(rate),
        delay_(delay),
        paces_(connections),
        totals_(connections),
        heard_(connections) {}

  // Every sender always has more to send, for this time.
  void run(std::chrono::seconds time) {
    const Time end = now_ + time;
    while (now_ < end) {
      for (size_t i = 0; i < paces_.size(); ++i)
        send_what_may_be(i);
      arrive();
    }
  }

  LinkPace& pace(size_t i = 0) { return paces_[i]; }
  Time now() const { return now_; }
  std::chrono::duration<double> longest_silence() const { return longest_; }
  int64_t arrived() const { return arrived_; }
  int64_t largest_frame() const { return largest_; }

 private:
  struct OnTheWay {
    size_t connection;
    int64_t bytes;
  };

  void send_what_may_be(size_t i) {
    LinkPace& pace = paces_[i];
    while (pace.under_way() < pace.most_under_way()) {
      const int64_t bytes = pace.frame_bytes();
      totals_[i] += bytes;
      pace.sent(totals_[i], now_);
      link_.push_back({i, bytes});
    }
  }

  // The next frame has arrived whole, and its sender learns of it.
  void arrive() {
    OnTheWay frame = link_.front();
    link_.pop_front();
    const double seconds = static_cast<double>(frame.bytes) / rate_;
    now_ += std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(seconds));
    if (link_.empty()) now_ += delay_;
    LinkPace& pace = paces_[frame.connection];
    pace.seen(totals_[frame.connection] - pace.under_way() + frame.bytes, now_);
    longest_ = std::max<std::chrono::duration<double>>(longest_, now_ - heard_[frame.connection]);
    heard_[frame.connection] = now_;
    arrived_ += frame.bytes;
    largest_ = frame.bytes;
  }

  double rate_;
  microseconds delay_;
  Time now_{};
  std::vector<LinkPace> paces_;
  std::vector<int64_t> totals_;
  std::vector<Time> heard_;
  std::deque<OnTheWay> link_;
  std::chrono::duration<double> longest_{0};
  int64_t arrived_ = 0;
  int64_t largest_ = 0;
};

constexpr double kFourMegabits = 4e6 / 8;

TEST(LinkPaceTest, ASlowLinkHasFramesOfAtMost256KiB) {
  SharedLink link(1, kFourMegabits, microseconds(1000));
  link.run(std::chrono::seconds(30));
  EXPECT_LE(link.largest_frame(), 256 << 10);
  EXPECT_GT(link.largest_frame(), 128 << 10);
  EXPECT_NEAR(static_cast<double>(link.pace().most_under_way()), 2 * kFourMegabits,
              kFourMegabits / 10);
}

// A receiver that hears nothing for kRemoteSilence would take its sender for dead.
TEST(LinkPaceTest, NobodyFallsSilentOnASlowLink) {
  for (size_t connections : {1U, 4U, 16U, 64U}) {
    SharedLink link(connections, kFourMegabits, microseconds(1000));
    link.run(std::chrono::seconds(200));
    EXPECT_LT(link.longest_silence(), kRemoteSilence * 0.9) << connections;
    EXPECT_GT(static_cast<double>(link.arrived()), 199 * kFourMegabits) << connections;
  }
}

TEST(LinkPaceTest, AFastLinkIsFilledSoon) {
  // 10 Gbit/s, 100 ms: 125 MB under way; the window is smaller than that.
  SharedLink link(1, 1.25e9, microseconds(100000));
  link.run(std::chrono::seconds(2));
  EXPECT_GT(link.pace().most_under_way(), kMostWindow);
  EXPECT_EQ(link.pace().frame_bytes(), kMostFrameTarget);
}

TEST(LinkPaceTest, TheCodecSuitsTheLink) {
  auto codec_for = [](double rate) {
    SharedLink link(1, rate, microseconds(100));
    link.run(std::chrono::seconds(5));
    return link.pace().codec();
  };
  EXPECT_EQ(codec_for(kFourMegabits), BodyCompression::kZstd);
  EXPECT_EQ(codec_for(12.5e6), BodyCompression::kZstd);
  EXPECT_EQ(codec_for(125e6), BodyCompression::kLz4);
  EXPECT_EQ(codec_for(1.25e9), BodyCompression::kNone);
}

TEST(LinkPaceTest, NothingIsCompressedBeforeTheLinkIsKnown) {
  LinkPace pace;
  EXPECT_EQ(pace.codec(), BodyCompression::kNone);
  EXPECT_EQ(pace.most_under_way(), kLeastUnderWay);
  Time now{};
  pace.sent(300 << 10, now);
  pace.seen(260 << 10, now + milliseconds(100));
  EXPECT_EQ(pace.codec(), BodyCompression::kNone);
  pace.sent(600 << 10, now + milliseconds(100));
  pace.seen(520 << 10, now + milliseconds(200));
  EXPECT_EQ(pace.codec(), BodyCompression::kZstd);
}

// It makes rows more slowly than the link carries them: the link is idle in between.
TEST(LinkPaceTest, ASlowSenderDoesNotCompress) {
  LinkPace pace;
  Time now{};
  for (int64_t total = 100 << 10; total < 100 << 20; total += 100 << 10) {
    pace.sent(total, now);
    now += milliseconds(20);
    pace.seen(total, now);
    now += milliseconds(200);
  }
  EXPECT_EQ(pace.codec(), BodyCompression::kNone);
}

TEST(LinkPaceTest, ALinkThatBecomesFastIsNotCompressedAnyMore) {
  SharedLink slow(1, 12.5e6, microseconds(100));
  slow.run(std::chrono::seconds(2));
  LinkPace pace = slow.pace();
  EXPECT_EQ(pace.codec(), BodyCompression::kZstd);
  int64_t total = 1 << 30;
  Time now = slow.now();
  pace.sent(total, now);
  for (int i = 0; i < 20; ++i) {
    total += 1 << 20;
    pace.sent(total + (1 << 20), now);
    now += milliseconds(1);
    pace.seen(total, now);
  }
  EXPECT_EQ(pace.codec(), BodyCompression::kNone);
}

// What a link takes at once before it is slow must not let much more be under way.
TEST(LinkPaceTest, ABurstDoesNotFillTheLink) {
  LinkPace pace;
  Time now{};
  int64_t sent = kLeastUnderWay;
  pace.sent(sent, now);
  now += milliseconds(1);
  pace.seen(sent, now);
  EXPECT_LE(pace.most_under_way(), 2 * kLeastUnderWay);
  for (int i = 0; i < 3; ++i) {
    const int64_t under_way = pace.most_under_way();
    sent += under_way;
    pace.sent(sent, now);
    now += milliseconds(under_way / 500);
    pace.seen(sent, now);
  }
  EXPECT_LE(pace.most_under_way(), 1 << 20);
}

}  // namespace
}  // namespace penstock
