#include "libcore/cli/pager.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/process.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

constexpr std::string_view kBlanks = " \t\n";
// With one of these a value of PAGER is more than words.
constexpr std::string_view kShellCharacters = "|&;<>()$`\\\"'*?[#~=%{}!";
// -S cuts long lines, which can be scrolled to the side; -R shows colours.
constexpr const char* kLessVariable = "LESS=SR";
// How a shell says that it cannot run a program.
constexpr int kCannotRun = 126;
constexpr int kIsNotFound = 127;

constexpr const char* kPagerAdvice =
    "; set PAGER to a program that shows text, or leave --pager out";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t at = text.find_first_not_of(kBlanks); at != text.npos;) {
    const size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

// A pager that is called less gets the options that ours has, unless its user has chosen some.
std::vector<std::string> environment_of_pager() {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each)
    environment.emplace_back(*each);
  if (std::getenv("LESS") == nullptr) environment.emplace_back(kLessVariable);
  return environment;
}

// How a child process begins: with our descriptors but for its standard input and output, and with
// all signals as usual.
class SpawnPlan {
 public:
  SpawnPlan(int in, int out) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t usual;
    sigemptyset(&usual);
    for (int number : {SIGINT, SIGQUIT, SIGPIPE})
      sigaddset(&usual, number);
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Returns 0, or what is wrong.
  int run(pid_t& pid, std::vector<std::string> words) const {
    std::vector<std::string> environment = environment_of_pager();
    return posix_spawnp(&pid, words[0].c_str(), &actions_, &attributes_, null_ended(words).data(),
                        null_ended(environment).data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

PagerCommand pager_command(const char* pager) {
  if (pager == nullptr) return {.words = {"less", "-S", "-R"}, .shows_color = true};
  const std::string_view text = pager;
  if (text.find_first_not_of(kBlanks) == text.npos) {
    throw Error(std::string("--pager: PAGER is empty") + kPagerAdvice);
  }
  if (text.find_first_of(kShellCharacters) == text.npos) return {.words = words_of(text)};
  return {.words = {"sh", "-c", pager}, .is_of_shell = true};
}

Pager::Pager()
    : command_(pager_command(std::getenv("PAGER"))),
      wants_color_(command_.shows_color && penstock::wants_color(STDOUT_FILENO)),
      terminal_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
  Pipe pipe = make_pipe();
  if (terminal_.get() < 0 || dup2(pipe.writer.get(), STDOUT_FILENO) < 0) {
    throw Error::system("standard output", "duplicate", errno);
  }
  reader_ = std::move(pipe.reader);
}

Pager::~Pager() {
  close_and_wait();
}

void Pager::start() {
  const SpawnPlan plan(reader_.get(), terminal_.get());
  const int error = plan.run(pid_, command_.words);
  if (error != 0) {
    pid_ = -1;
    const Error failed = Error::system("--pager: " + printable(command_.words[0]), "", error);
    throw Error(failed.message() + kPagerAdvice);
  }
  reader_.reset();
  for (int number : {SIGINT, SIGQUIT, SIGPIPE})
    std::signal(number, SIG_IGN);
}

bool Pager::has_left() const {
  pollfd output{STDOUT_FILENO, 0, 0};
  return pid_ >= 0 && poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

// Returns how the program ended, as waitpid() has it; 0 when it was not started.
int Pager::close_and_wait() noexcept {
  if (terminal_.get() < 0) return 0;
  dup2(terminal_.get(), STDOUT_FILENO);
  terminal_.reset();
  if (pid_ < 0) return 0;
  const int status = wait_for_end(pid_);
  for (int number : {SIGINT, SIGQUIT, SIGPIPE})
    std::signal(number, SIG_DFL);
  return status;
}

void Pager::end() {
  const int status = close_and_wait();
  if (!command_.is_of_shell || !WIFEXITED(status)) return;
  if (WEXITSTATUS(status) != kCannotRun && WEXITSTATUS(status) != kIsNotFound) return;
  throw Error("--pager: PAGER is '" + printable(command_.words.back()) + "', which cannot be run" +
              kPagerAdvice);
}

}  // namespace penstock
