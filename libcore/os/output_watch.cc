#include "libcore/os/output_watch.h"

#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Set before any thread waits for input.
std::atomic<int> watched{-1};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

[[noreturn]] void end() {
  std::raise(SIGPIPE);
  throw Error::system("standard output", "write", EPIPE);
}

bool has_no_reader(const pollfd& output) {
  return (output.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

void watch_output(int fd) {
  struct stat status {};
  bool has_reader =
      fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
  watched = has_reader ? fd : -1;
}

void wait_for_input(int fd) {
  const int output = watched;
  if (output < 0) return;
  for (;;) {
    // Without events the output is reported for its errors alone.
    std::array<pollfd, 2> either{{{fd, POLLIN, 0}, {output, 0, 0}}};
    // A failure is left for read() to report.
    if (poll(either.data(), either.size(), -1) < 0 && errno != EINTR) return;
    if (either[0].revents != 0) return;
    if (has_no_reader(either[1])) end();
  }
}

void end_without_reader() {
  pollfd output{watched, 0, 0};
  if (output.fd >= 0 && poll(&output, 1, 0) > 0 && has_no_reader(output)) end();
}

}  // namespace penstock
