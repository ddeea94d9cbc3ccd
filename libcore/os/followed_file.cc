#include "libcore/os/followed_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/output_watch.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// How often we look where nothing is said.
constexpr milliseconds kLookPause{100};
// And where nothing can be.
constexpr milliseconds kBlindPause{5};

}  // namespace

FollowedFile::FollowedFile(std::string path, const std::atomic<bool>& stops)
    : path_(std::move(path)), stops_(stops) {
  // A FIFO would be waited for.
  file_ = Descriptor(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // NOLINT
  if (file_.get() < 0) throw Error::system(path_, "", errno);
  const struct stat status = now();
  if (S_ISDIR(status.st_mode)) throw Error(path_ + ": is a directory, which cannot be followed");
  if (!S_ISREG(status.st_mode)) {
    throw Error(path_ +
                ": is not a regular file, which alone can be followed; what a pipe brings is read "
                "when it comes without --follow");
  }
  events_ = Descriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const std::string opened = "/proc/self/fd/" + std::to_string(file_.get());
  const int added =
      inotify_add_watch(events_.get(), opened.c_str(), IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF);
  if (added < 0) events_.reset();
}

struct stat FollowedFile::now() const {
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) throw Error::system(path_, "read", errno);
  return status;
}

FollowedFile::Place FollowedFile::place() const {
  struct stat there {};
  if (stat(path_.c_str(), &there) != 0) return Place::kNobody;
  const struct stat ours = now();
  bool is_same = there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
  return is_same ? Place::kOurs : Place::kAnother;
}

void FollowedFile::require_successor(Place place) {
  if (place == Place::kOurs) return gone_since_.reset();
  if (!gone_since_) gone_since_ = Clock::now();
  if (Clock::now() - *gone_since_ < kRotationPause) return;
  throw Error::of_input(path_ + ": is gone, and no other file has taken its name for " +
                        std::to_string(kRotationPause.count()) + " s");
}

int64_t FollowedFile::read(void* out, int64_t size) {
  for (;;) {
    const ssize_t count = pread(file_.get(), out, static_cast<size_t>(size), at_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::system(path_, "read", errno);
    if (count > 0) {
      at_ += count;
      last_byte_ = Clock::now();
      return count;
    }
    if (ended_ || stops_) return 0;
    if (const int64_t left = now().st_size; left < at_) {
      throw Error::of_input(path_ + ": the file became shorter while it was followed (" +
                            std::to_string(left) + " bytes, of which " + std::to_string(at_) +
                            " were read); rotate it by its name, not by copying and cutting it");
    }
    const Place place = this->place();
    // What was written to it before another had its name is read first.
    if (place == Place::kAnother) {
      ended_ = true;
      continue;
    }
    require_successor(place);
    end_without_reader();
    pause(kLookPause);
  }
}

bool FollowedFile::wait(milliseconds quiet, milliseconds most) {
  auto is_ready = [this] {
    return ended_ || stops_ || now().st_size != at_ || place() == Place::kAnother;
  };
  if (is_ready()) return true;
  const auto since = std::chrono::floor<milliseconds>(Clock::now() - last_byte_);
  pause(std::max(milliseconds(0), std::min(most, quiet - since)));
  return is_ready();
}

void FollowedFile::pause(milliseconds most) const {
  if (events_.get() < 0) return std::this_thread::sleep_for(std::min(most, kBlindPause));
  pollfd happened{events_.get(), POLLIN, 0};
  if (poll(&happened, 1, static_cast<int>(most.count())) <= 0) return;
  std::array<char, 4096> events;
  while (::read(events_.get(), events.data(), events.size()) > 0) {
  }
}

}  // namespace penstock
