#include "libcore/os/open_files.h"

#include <sys/resource.h>

#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Standard streams, a temporary file, and what libraries open.
constexpr rlim_t kOthers = 32;

}  // namespace

void allow_open_files(int64_t count) {
  rlim_t wanted = static_cast<rlim_t>(count) + kOthers;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  if (limit.rlim_max < wanted) {
    throw Error(std::to_string(count) + " inputs cannot be open at once, only " +
                std::to_string(limit.rlim_max - kOthers) +
                "; raise the limit (ulimit -n), or merge some of them first");
  }
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace penstock
