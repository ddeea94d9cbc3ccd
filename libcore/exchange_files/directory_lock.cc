#include "libcore/exchange_files/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr std::chrono::milliseconds kLockPatience{2000};
constexpr std::chrono::milliseconds kLockPause{20};

}  // namespace

Descriptor lock_directory(const std::string& path, const std::string& name) {
  const std::string file = path + "/" + kDirectoryLock;
  Descriptor lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));  // NOLINT
  if (lock.get() < 0) throw Error::system(file, "create", errno);
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw Error::system(file, "lock", errno);
    if (std::chrono::steady_clock::now() > until) {
      throw Error(name + ": another pflow is running with this directory");
    }
    std::this_thread::sleep_for(kLockPause);
  }
  return lock;
}

}  // namespace penstock
