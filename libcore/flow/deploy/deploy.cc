#include "libcore/flow/deploy/deploy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/command/answers.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/deploy/program_copy.h"
#include "libcore/flow/flow_text.h"
#include "libcore/flow/stage_process.h"

namespace penstock {
namespace {

// What stands before a script's own output, so that what the user's shell prints is skipped.
constexpr std::string_view kMarker = "penstock-deploy 1\n";
// Bytes of a script's output that are kept.
constexpr size_t kMostOutput = 256 << 10;

// The statuses by which the scripts say what went wrong; their words say why.
constexpr int kNoFolder = 73;
constexpr int kNotWritten = 74;
constexpr int kOtherBytes = 75;
constexpr int kNotRun = 76;
constexpr int kNotUnpacked = 77;

// One command on one host: what it prints, and how it ends.
class RemoteCommand {
 public:
  // `in` is its standard input.
  RemoteCommand(Processes& processes, const Host& host, const RemoteShell& shell,
                const std::string& script, int in)
      : host_(host) {
    Pipe out = make_pipe();
    // There is no agent that beats.
    ProcessSpec spec =
        shell.process(host, "exec sh -c " + shell_quoted(script), CutOff::kSeenByShell);
    spec.in = in;
    spec.out = out.writer.get();
    ProcessListener listener;
    listener.on_ended = [slot = ended_](EndedProcess& ended) { *slot = std::move(ended); };
    StartedProcess started = processes.start(spec, std::move(listener));
    if (started.error != 0) {
      throw Error(fmt::format("{}: {} cannot be run: {}", host.label(), spec.words[0],
                              strerror(started.error)));
    }
    pid_ = started.pid;
    out_ = std::move(out.reader);
    fcntl(out_.get(), F_SETFL, O_NONBLOCK);
    watch_ = processes.loop().watch(out_.get(), EventLoop::Ready::kToRead, [this] { read(); });
  }

  ~RemoteCommand() {
    if (!*ended_) kill(-pid_, SIGTERM);
  }
  RemoteCommand(const RemoteCommand&) = delete;
  RemoteCommand& operator=(const RemoteCommand&) = delete;

  bool is_over() const { return *ended_ && !watch_; }
  const Host& host() const { return host_; }
  // Of one that is over.
  int status() const { return (*ended_)->wait_status; }
  const std::string& said() const { return (*ended_)->said; }
  // What it printed behind the marker; nothing without one.
  std::optional<std::string_view> output() const {
    size_t at = printed_.find(kMarker);
    if (at == printed_.npos) return std::nullopt;
    return std::string_view(printed_).substr(at + kMarker.size());
  }

 private:
  void read() {
    std::array<char, 4096> bytes;
    ssize_t count = ::read(out_.get(), bytes.data(), bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      watch_.reset();
    } else if (printed_.size() < kMostOutput) {
      printed_.append(bytes.data(), static_cast<size_t>(count));
    }
  }

  Host host_;
  Descriptor out_;
  std::unique_ptr<EventLoop::Watch> watch_;
  std::string printed_;
  pid_t pid_ = -1;
  // Shared with the listener of the process, which may outlive this.
  std::shared_ptr<std::optional<EndedProcess>> ended_ =
      std::make_shared<std::optional<EndedProcess>>();
};

using RemoteCommands = std::vector<std::unique_ptr<RemoteCommand>>;

// Waits until all are over. Returns the signal that asks us to end, or 0.
int wait_for(LocalLauncher& launcher, const RemoteCommands& commands) {
  for (const auto& command : commands) {
    while (!command->is_over()) {
      while (std::optional<TaskEvent> event = launcher.take()) {
        if (const auto* asked = std::get_if<EndingAsked>(&event->what)) return asked->signal;
      }
      launcher.processes().loop().run_one(std::nullopt);
    }
  }
  return 0;
}

// Throws Error when a command has failed.
void check(const RemoteCommand& command, const RemoteShell& shell) {
  const int status = command.status();
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == 0 && command.output()) return;
  auto why = [&]() -> std::string {
    if (std::optional<std::string> own_end = shell.own_end(status, false, command.said())) {
      return *own_end;
    }
    switch (code) {
      case kNoFolder:
        return fmt::format("no folder for Penstock can be made in {}", kDeployFolder);
      case kNotWritten:
        return "Penstock cannot be written there";
      case kOtherBytes:
        return "the copy of Penstock is not what was sent";
      case kNotRun:
        return "the copy of Penstock cannot be run there (a file system that is mounted noexec?)";
      case kNotUnpacked:
        return "the copy of Penstock cannot be unpacked there";
      default:
        return "the script that deploys Penstock " + shell.command_end(status);
    }
  };
  throw with_words(command.host().label() + ": " + why(), command.said(), shell.says_most());
}

// Both scripts find the copy as $d in $b.
std::string begin_script(const std::string& name) {
  return fmt::format("umask 077; b=\"{}\"; d=\"$b/{}\"; printf '{}\\n'; ", kDeployFolder, name,
                     kMarker.substr(0, kMarker.size() - 1));
}

std::string look_script(const std::string& name) {
  return begin_script(name) + "uname -m; if [ -x \"$d/pflow\" ]; then echo 1; else echo 0; fi";
}

// How a shell runs the copy in `folder` as the tool `name` (stage_process.h).
std::string copied_tool(const std::string& folder, const char* name) {
  return fmt::format("\"{0}/{1}\" --inhibit-cache --library-path \"{0}\" --argv0 {2} \"{0}/{2}\"",
                     folder, kOwnLoader, name);
}

// The copy is made beside its place and moved there, which fails where another copy of the same
// program was faster. When ssh dies, its input ends early.
std::string copy_script(const std::string& name, const ProgramCopy& program) {
  return begin_script(name) +
         fmt::format(
             "mkdir -p \"$b\" && chmod 700 \"$b\" && t=$(mktemp -d \"$b/new-XXXXXX\") || exit {0}; "
             "trap 'rm -rf \"$t\"' EXIT; trap 'exit 1' HUP INT TERM; "
             "cat >\"$t/copy\" || exit {1}; "
             "[ \"$(cksum <\"$t/copy\")\" = \"{2} {3}\" ] || exit {4}; "
             "tar -x -f \"$t/copy\" -C \"$t\" || exit {5}; rm \"$t/copy\"; "
             "{6} --stages >\"$t/names\" || exit {7}; "
             "for n in pflow $(cat \"$t/names\"); do ln \"$t/penstock\" \"$t/$n\" || exit {1}; "
             "done; "
             "rm \"$t/names\"; mv -T \"$t\" \"$d\" 2>/dev/null || [ -x \"$d/pflow\" ]",
             kNoFolder, kNotWritten, program.checksum, program.bytes, kOtherBytes, kNotUnpacked,
             copied_tool("$t", "penstock"), kNotRun);
}

std::string undeploy_script() {
  return begin_script("") + "rm -rf \"$b\"";
}

RemoteCommands run_on(LocalLauncher& launcher, const std::vector<Host>& hosts,
                      const RemoteShell& shell, const std::string& script) {
  Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));  // NOLINT
  RemoteCommands commands;
  for (const Host& host : hosts) {
    if (host.is_here) continue;
    commands.push_back(
        std::make_unique<RemoteCommand>(launcher.processes(), host, shell, script, nothing.get()));
  }
  return commands;
}

// Whether the host that was looked at needs a copy.
bool lacks_program(const RemoteCommand& looked) {
  std::vector<std::string> lines = lines_of(*looked.output());
  if (lines.size() != 2) {
    throw Error(looked.host().label() + ": the script that looks for Penstock printed '" +
                printable(*looked.output()) + "'");
  }
  if (lines[0] != own_architecture()) {
    throw Error(
        fmt::format("{}: is a machine of the architecture {}, and this program is for {}; "
                    "install Penstock there",
                    looked.host().label(), printable(lines[0]), own_architecture()));
  }
  return lines[1] == "0";
}

}  // namespace

Deployed deploy(LocalLauncher& launcher, const std::vector<Host>& hosts, const RemoteShell& shell) {
  const ProgramCopy program = own_program();
  const std::string name =
      fmt::format("{}-{}-{}", penstock_version(), program.checksum, program.bytes);
  Deployed deployed;
  deployed.pflow = copied_tool(fmt::format("{}/{}", kDeployFolder, name), "pflow");
  RemoteCommands looks = run_on(launcher, hosts, shell, look_script(name));
  deployed.signal = wait_for(launcher, looks);
  if (deployed.signal != 0) return deployed;
  std::vector<Host> lacking;
  for (const auto& look : looks) {
    check(*look, shell);
    if (lacks_program(*look)) lacking.push_back(look->host());
  }
  RemoteCommands copies;
  const std::string script = copy_script(name, program);
  for (const Host& host : lacking) {
    // Opened again for each, which reads from its own place in it.
    Descriptor file(open(fmt::format("/proc/self/fd/{}", program.file.get()).c_str(),  // NOLINT
                         O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw Error::system("this program", "open", errno);
    copies.push_back(
        std::make_unique<RemoteCommand>(launcher.processes(), host, shell, script, file.get()));
    deployed.copied.push_back(host.label());
  }
  deployed.signal = wait_for(launcher, copies);
  if (deployed.signal != 0) return deployed;
  for (const auto& copy : copies)
    check(*copy, shell);
  return deployed;
}

int undeploy(LocalLauncher& launcher, const std::vector<Host>& hosts, const RemoteShell& shell) {
  RemoteCommands commands = run_on(launcher, hosts, shell, undeploy_script());
  if (int signal = wait_for(launcher, commands); signal != 0) return signal;
  for (const auto& command : commands)
    check(*command, shell);
  return 0;
}

}  // namespace penstock
