#include "libcore/net/link/pace.h"

#include <algorithm>

#include "libcore/net/limits.h"

namespace penstock {
namespace {

// A measurement of a busy link is over after so many octets, or after this time.
constexpr int64_t kBusyBytes = int64_t{256} << 10;
constexpr std::chrono::milliseconds kBusyTime{1000};
// The first one may be of what a link or a system takes at once before it is slow.
constexpr int kBusySamples = 2;

// A frame's share of what may be under way.
constexpr int64_t kFrameShare = 4;

// Octets a second below which a codec is faster than the link, given how much it makes of one
// (zstd 3, lz4 2).
constexpr double kZstdBelow = 60e6;
constexpr double kLz4Below = 200e6;

}  // namespace

LinkPace::LinkPace() : most_(kLeastUnderWay) {}

double LinkPace::rate_since(const Mark& mark, int64_t seen, Time now) {
  const double seconds = std::chrono::duration<double>(now - mark.time).count();
  return static_cast<double>(seen - mark.seen) / std::max(seconds, 1e-6);
}

void LinkPace::sent(int64_t total, Time now) {
  // After a pause measuring begins again.
  if (under_way() == 0) busy_ = {now, seen_};
  sent_ = total;
  flights_.push_back({total, {now, seen_}});
}

// What was seen during the flight of a frame is this connection's share of the link, though frames
// may arrive in bunches in between.
void LinkPace::seen(int64_t total, Time now) {
  const int64_t bytes = total - seen_;
  seen_ = total;
  std::optional<Mark> flight;
  for (; !flights_.empty() && flights_.front().end <= seen_; flights_.pop_front())
    flight = flights_.front().mark;
  if (flight) take_sample(rate_since(*flight, seen_, now), bytes);
  if (seen_ - busy_.seen >= kBusyBytes || now - busy_.time >= kBusyTime) {
    const double rate = rate_since(busy_, seen_, now);
    busy_rate_ = busy_rate_ ? (*busy_rate_ + rate) / 2 : rate;
    ++busy_samples_;
    busy_ = {now, seen_};
  }
}

// Slower counts at once, faster by degrees, and more may be under way by what has arrived, which
// doubles it with each round: too much under way cannot be taken back.
void LinkPace::take_sample(double rate, int64_t bytes) {
  rate_ = !rate_ || rate < *rate_ ? rate : (*rate_ + rate) / 2;
  const double seconds = std::chrono::duration<double>(kUnderWayTime).count();
  const auto most = static_cast<int64_t>(std::min(*rate_ * seconds, 1e15));
  most_ = std::max(std::min(most, most_ + bytes), kLeastUnderWay);
  // What was seen is the least that the link carries.
  if (busy_rate_ && rate > *busy_rate_) busy_rate_ = (*busy_rate_ + rate) / 2;
}

int64_t LinkPace::frame_bytes() const {
  return std::clamp(most_ / kFrameShare, kLeastFrameTarget, kMostFrameTarget);
}

BodyCompression LinkPace::codec() const {
  if (busy_samples_ < kBusySamples || *busy_rate_ >= kLz4Below) return BodyCompression::kNone;
  return *busy_rate_ < kZstdBelow ? BodyCompression::kZstd : BodyCompression::kLz4;
}

}  // namespace penstock
