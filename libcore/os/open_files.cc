#include "libcore/os/open_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Standard streams, a temporary file, and what libraries open.
constexpr rlim_t kOthers = 32;

}  // namespace

void allow_open_files(int64_t count, std::string_view what, std::string_view advice) {
  rlim_t wanted = static_cast<rlim_t>(count) + kOthers;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  if (limit.rlim_max < wanted) {
    rlim_t most = limit.rlim_max - std::min(limit.rlim_max, kOthers);
    std::string message = std::to_string(count) + " " + std::string(what) +
                          " cannot be open at once, only " + std::to_string(most) +
                          "; raise the limit (ulimit -n)";
    // With less than the few files of every program, the advice would not help.
    if (most > 0) message += ", or " + std::string(advice);
    throw Error(message);
  }
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int64_t prefer_open_files(int64_t count) {
  rlimit limit{};
  const rlim_t wanted = static_cast<rlim_t>(count) + kOthers;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return count;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > kOthers ? static_cast<int64_t>(limit.rlim_cur - kOthers) : 1;
}

}  // namespace penstock
