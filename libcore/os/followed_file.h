// A file to which other programs append, followed by its name, as `tail -F` does with logs.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/os/byte_source.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// How long a file may be gone before another takes its place.
inline constexpr std::chrono::seconds kRotationPause{10};

// Not thread-safe. Bytes are seen when they are written (inotify), and where the file system says
// nothing of that within 100 ms.
class FollowedFile final : public ByteSource {
 public:
  // Opens the file as it is. `stops` must outlive this; once it is true read() ends within 100 ms.
  // Throws Error unless it is a regular file that can be read.
  FollowedFile(std::string path, const std::atomic<bool>& stops);

  // Waits for bytes. Returns 0 when all are read and another file has the name (is_replaced()), and
  // when it is stopped. Throws Error when the file became shorter, and when no file has had the
  // name for `kRotationPause`.
  int64_t read(void* out, int64_t size) override;
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override;
  const std::string& name() const override { return path_; }

  // Whether it has ended because another file has its name.
  bool is_replaced() const { return ended_; }

 private:
  using Clock = std::chrono::steady_clock;

  enum class Place { kOurs, kAnother, kNobody };
  // Whose the name is now.
  Place place() const;
  struct stat now() const;
  // Waits until something happens to the file, at most so long.
  void pause(std::chrono::milliseconds most) const;
  // Throws Error when it has been gone for too long.
  void require_successor(Place place);

  std::string path_;
  const std::atomic<bool>& stops_;
  Descriptor file_;
  Descriptor events_;  // of inotify; none where the system has no more of them
  int64_t at_ = 0;
  bool ended_ = false;
  Clock::time_point last_byte_ = Clock::now();
  std::optional<Clock::time_point> gone_since_;
};

}  // namespace penstock
