#include "libcore/os/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

// A number above all that a child's standard streams become.
constexpr int kFirstFree = 3;

// Somebody asked for it, as nohup does. Not of those without which we and the processes between
// which there are pipes do not learn of each other's end.
bool stays_ignored(int number) {
  struct sigaction now {};
  bool is_ignored = sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;  // NOLINT
  return is_ignored && number != SIGPIPE && number != SIGCHLD;
}

// In the child between fork and exec: no memory may be taken here.
[[noreturn]] void become(const ProcessSpec& spec, char* const* words, char* const* environment,
                         pid_t parent, int report) {
  auto fail = [report] {
    int error = errno;
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(127);
  };
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;  // NOLINT
  for (int number = 1; number < NSIG; ++number) {
    if (!stays_ignored(number)) sigaction(number, &by_default, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // First out of the way, so that none is written over before it has been copied.
  int streams[3] = {spec.in, spec.out, spec.err};
  for (int& stream : streams) {
    stream = fcntl(stream, F_DUPFD_CLOEXEC, kFirstFree);
    if (stream < 0) fail();
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(streams[i], i) < 0) fail();
  }
  for (int kept : spec.kept) {
    if (fcntl(kept, F_SETFD, 0) < 0) fail();
  }
  execvpe(spec.program.empty() ? words[0] : spec.program.c_str(), words, environment);
  fail();
  _exit(127);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  return pointers;
}

int await(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error::system("a pipe", "create", errno);
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

StartedProcess start_process(const ProcessSpec& spec) {
  PENSTOCK_CHECK(!spec.words.empty());
  std::vector<char*> words = pointers_to(spec.words);
  words.push_back(nullptr);
  std::vector<char*> environment = pointers_to(spec.environment);
  for (char** inherited = environ; *inherited != nullptr; ++inherited)
    environment.push_back(*inherited);
  environment.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error::system("a pipe", "create", errno);
  Pipe report{Descriptor(ends[0]), Descriptor(ends[1])};
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) throw Error::system(spec.words[0], "start a process", errno);
  if (pid == 0) {
    become(spec, words.data(), environment.data(), parent, report.writer.get());
  }
  // In both, for whichever comes first.
  setpgid(pid, pid);
  report.writer.reset();
  StartedProcess started{pid, 0};
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(report.reader.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof error)) {
    await(pid);
    return {-1, error};
  }
  return started;
}

void signal_group(pid_t pid, int signal) {
  kill(-pid, signal);
}

}  // namespace penstock
