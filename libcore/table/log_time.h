// Times as the log of a table has them: milliseconds since 1970.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>

namespace penstock {

inline int64_t log_time_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Returns when the file was last written to.
inline int64_t log_time_of(const struct stat& file) {
  return file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1'000'000;
}

}  // namespace penstock
