#include "libcore/flow/checkpoint/given_output.h"

#include <poll.h>
#include <sys/stat.h>

#include <climits>
#include <string_view>
#include <variant>
#include <vector>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr int64_t kGivenBytes = int64_t{1} << 20;
constexpr int kGivePauseMilliseconds = 100;

// Calls what is to be called, and returns a signal that asks us to end; 0 for none.
int signal_meanwhile(LocalLauncher& launcher) {
  launcher.processes().loop().poll();
  while (std::optional<TaskEvent> event = launcher.take()) {
    if (const auto* asked = std::get_if<EndingAsked>(&event->what)) return asked->signal;
  }
  return 0;
}

bool is_regular(int fd) {
  struct stat about {};
  return fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

bool takes_more(int fd) {
  pollfd asked{fd, POLLOUT, 0};
  return ::poll(&asked, 1, kGivePauseMilliseconds) != 0;
}

}  // namespace

FlowOutcome give_output(const std::string& path, const std::optional<FileFacts>& facts,
                        ByteSink& to, LocalLauncher& launcher) {
  const ByteSourcePtr source = open_source(path);
  const bool never_waits = is_regular(to.descriptor());
  // A pipe that takes any bytes takes so many at once.
  const size_t most = never_waits ? static_cast<size_t>(kGivenBytes) : PIPE_BUF;
  std::vector<char> bytes(static_cast<size_t>(kGivenBytes));
  Checksum sum;
  int64_t given = 0;
  for (int64_t size = 0; (size = source->read(bytes.data(), kGivenBytes)) > 0; given += size) {
    std::string_view left(bytes.data(), static_cast<size_t>(size));
    sum.add(left.data(), size);
    int signal = signal_meanwhile(launcher);
    while (signal == 0 && !left.empty()) {
      if (!never_waits && !takes_more(to.descriptor())) {
        signal = signal_meanwhile(launcher);
        continue;
      }
      const std::string_view piece = left.substr(0, most);
      try {
        to.write(piece);
      } catch (const OutputClosed&) {
        FlowOutcome closed;
        closed.output_closed = true;
        return closed;
      }
      left.remove_prefix(piece.size());
    }
    if (signal != 0) return stopped_by(signal);
  }
  if (facts && (given != facts->bytes || sum.value() != facts->checksum)) {
    throw Error(path + ": is damaged; the output is not what was made");
  }
  return {};
}

}  // namespace penstock
