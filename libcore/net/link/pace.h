// How fast a link is, and how much a sender should have under way on it (PROTOCOL.md, "Slow
// links").
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "libcore/arrow/compression.h"

namespace penstock {

// Measures one connection by what its sender has sent and what its receiver has seen, both in
// octets since the beginning. Has no clock of its own. Not thread-safe.
class LinkPace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // REQUIRES that no total and no time is lower than before, and seen() at most what was sent.
  void sent(int64_t total, Time now);
  void seen(int64_t total, Time now);

  int64_t under_way() const { return sent_ - seen_; }
  // How much may be under way. One frame may pass it.
  int64_t most_under_way() const { return most_; }
  // The size that a frame should have.
  int64_t frame_bytes() const;
  // Returns how a frame should be compressed: not at all, until the link was busy for long enough.
  BodyCompression codec() const;

 private:
  // The beginning of a measurement.
  struct Mark {
    Time time;
    int64_t seen = 0;
  };
  // A frame that is under way, and what had been seen when it was sent.
  struct Flight {
    int64_t end = 0;
    Mark mark;
  };
  static double rate_since(const Mark& mark, int64_t seen, Time now);
  void take_sample(double rate, int64_t bytes);

  int64_t sent_ = 0;
  int64_t seen_ = 0;
  int64_t most_;
  // Octets a second. A link may carry more than was seen while too little was under way; so
  // `busy_rate_` counts only measurements during which something always was.
  std::optional<double> rate_;
  std::optional<double> busy_rate_;
  int busy_samples_ = 0;
  std::deque<Flight> flights_;
  Mark busy_;

 public:
  LinkPace();
};

}  // namespace penstock
