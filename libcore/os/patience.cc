#include "libcore/os/patience.h"

#include <algorithm>

namespace penstock {

bool PatientWait::is_ready(ByteSource& source) {
  constexpr std::chrono::milliseconds kNone{0};
  if (source.wait(kNone, kNone)) return true;
  const auto now = std::chrono::steady_clock::now();
  if (!since_) since_ = now;
  const auto waited = std::chrono::floor<std::chrono::milliseconds>(now - *since_);
  return source.wait(patience_.quiet, std::max(kNone, patience_.most - waited));
}

}  // namespace penstock
