#include "libcore/os/process_identity.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr int64_t kMaxProcFileBytes = 4096;

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) {
    throw Error::system("the name of this host", "read", errno);
  }
  return name.data();
}

std::string boot_id() {
  std::string id = read_beginning("/proc/sys/kernel/random/boot_id", kMaxProcFileBytes);
  while (!id.empty() && id.back() == '\n')
    id.pop_back();
  return id;
}

uint64_t namespace_of_processes() {
  constexpr const char* kPath = "/proc/self/ns/pid";
  struct stat about {};
  if (stat(kPath, &about) != 0) throw Error::system(kPath, "", errno);
  return about.st_ino;
}

// The 22nd field of /proc/PID/stat. The second is the program's name in brackets, which may hold
// blanks and brackets itself.
std::optional<uint64_t> start_in(std::string_view stat) {
  constexpr int kFieldsBetween = 20;
  size_t at = stat.rfind(')');
  if (at == std::string_view::npos) return std::nullopt;
  for (int i = 0; i < kFieldsBetween; ++i) {
    at = stat.find(' ', at + 1);
    if (at == std::string_view::npos) return std::nullopt;
  }
  stat.remove_prefix(at + 1);
  return parse_uint64(stat.substr(0, stat.find(' ')));
}

// Empty when there is no such process.
std::optional<uint64_t> start_of(pid_t pid) {
  try {
    return start_in(read_beginning("/proc/" + std::to_string(pid) + "/stat", kMaxProcFileBytes));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

ProcessIdentity own_identity() {
  ProcessIdentity identity{host_name(), boot_id(), namespace_of_processes(), getpid(), 0};
  std::optional<uint64_t> start = start_of(identity.pid);
  if (!start) throw Error("/proc does not say when this process was started");
  identity.start = *start;
  return identity;
}

Descriptor open_process(const ProcessIdentity& identity) {
  const std::string here = host_name();
  if (identity.host != here) {
    throw Error("process " + std::to_string(identity.pid) + " runs on " + identity.host +
                ", and this is " + here);
  }
  if (identity.boot != boot_id()) return {};
  if (identity.namespace_id != namespace_of_processes()) {
    throw Error("process " + std::to_string(identity.pid) +
                " has that number in another container of " + here);
  }
  // The descriptor first: then the process whose start is compared is the one that it stands for,
  // or a later one, which began later.
  Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, identity.pid, 0)));
  if (process.get() < 0) {
    if (errno == ESRCH) return {};
    throw Error::system("process " + std::to_string(identity.pid), "open", errno);
  }
  if (start_of(identity.pid) != identity.start) return {};
  return process;
}

bool signal_process(const Descriptor& process, int number) {
  if (syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0) == 0) return true;
  if (errno == ESRCH) return false;
  throw Error::system("a process", "send a signal", errno);
}

}  // namespace penstock
