#include "libcore/flow/agent/ssh_command.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/flow/flow_words.h"

namespace penstock {
namespace {

// Lines of what ssh or an agent said that an error shows.
constexpr size_t kMostLines = 20;

// ssh's own status when it cannot reach a host, or not log in.
constexpr int kSshFailure = 255;

class SshShell final : public RemoteShell {
 public:
  explicit SshShell(std::vector<std::string> ssh) : ssh_(std::move(ssh)) {}

  ProcessSpec process(const Host& host, const std::string& command, CutOff cut_off) const override {
    ProcessSpec spec;
    spec.words = ssh_;
    if (cut_off == CutOff::kSeenByShell) {
      spec.words.insert(spec.words.end(), {"-oServerAliveInterval=5", "-oServerAliveCountMax=3"});
    }
    // No terminal and no prompts; nothing of the user's that a flow has no use for is forwarded. A
    // connection of the user's own is used (ControlPath), but not kept open for others.
    for (const char* word :
         {"-T", "-a", "-x", "-oBatchMode=yes", "-oClearAllForwardings=yes", "-oControlMaster=no"})
      spec.words.emplace_back(word);
    if (host.port != 0) spec.words.push_back(fmt::format("-p{}", host.port));
    if (!host.user.empty()) spec.words.push_back("-l" + host.user);
    spec.words.insert(spec.words.end(), {"--", host.name, command});
    return spec;
  }

  std::optional<std::string> own_end(int wait_status, bool had_begun,
                                     std::string_view said) const override {
    const bool failed = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kSshFailure;
    // ssh says why it lost a connection, and not that the program at its other end was killed.
    if (failed && lines_of(said).empty()) {
      return fmt::format("{} was killed, says {}'s status {}",
                         had_begun ? "its agent" : "the command there", ssh_[0], kSshFailure);
    }
    if (!WIFSIGNALED(wait_status) && !failed) return std::nullopt;
    return ssh_[0] + " " + how_ended(wait_status);
  }

  std::string command_end(int wait_status) const override { return how_ended(wait_status); }

  SaysMost says_most() const override { return SaysMost::kLast; }

 private:
  std::vector<std::string> ssh_;
};

}  // namespace

std::vector<std::string> parse_ssh_command(std::string_view text) {
  std::vector<std::string> command = read_words(text, "a command for ssh");
  if (command.empty()) throw Error::usage("a command for ssh without a word");
  return command;
}

RemoteShellPtr ssh_shell(std::vector<std::string> ssh) {
  return std::make_shared<const SshShell>(std::move(ssh));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Error with_words(const std::string& what, std::string_view said, SaysMost line) {
  std::vector<std::string> lines = lines_of(said);
  if (lines.empty()) return Error(what);
  std::string message = what + ": " + (line == SaysMost::kLast ? lines.back() : lines.front());
  if (lines.size() == 1) return Error(message);
  std::string excerpt;
  for (size_t i = lines.size() - std::min(lines.size(), kMostLines); i < lines.size(); ++i)
    excerpt += "\n  " + lines[i];
  return Error::with_excerpt(message, excerpt);
}

std::string how_ended(int wait_status) {
  if (!WIFSIGNALED(wait_status)) {
    return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
  }
  int number = WTERMSIG(wait_status);
  return fmt::format("died of signal {} ({})", number, strsignal(number));
}

std::string own_architecture() {
  utsname about{};
  uname(&about);
  return about.machine;  // NOLINT
}

}  // namespace penstock
