// Waits for further bytes of a pipe, and says when to go on with those that have come.
#pragma once

#include <chrono>
#include <optional>

#include "libcore/os/byte_source.h"

namespace penstock {

// Waits for a source on behalf of one reader, for one thing that it makes of the bytes.
class PatientWait {
 public:
  explicit PatientWait(Patience patience) : patience_(patience) {}

  // Returns whether read() would return at once, after waiting for that as long as patience lasts.
  bool is_ready(ByteSource& source);

 private:
  Patience patience_;
  std::optional<std::chrono::steady_clock::time_point> since_;  // when it first had to wait
};

}  // namespace penstock
