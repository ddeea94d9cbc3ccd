#include "libcore/cli/program.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

constexpr int kMmapThreshold = 64 << 20;
constexpr int kTrimThreshold = 256 << 20;

// A closed descriptor is opened the wrong way round: reading from 0, or writing to 1 and 2, fails
// as it would have.
void occupy_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0) return;  // NOLINT
  }
}

[[noreturn]] void end_by_sigpipe() {
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  raise(SIGPIPE);
  _exit(128 + SIGPIPE);
}

void print_to_stderr(std::string_view text) {
  // Nothing is left to be done when even this fails.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

// Writes "TOOL: LINES" and a newline in one piece, "TOOL:" red where colours are wanted.
void print_in_red(const char* tool, const std::string& lines) {
  const std::string name = std::string(tool) + ":";
  print_to_stderr((wants_color(STDERR_FILENO) ? "\x1b[1;31m" + name + "\x1b[0m" : name) + " " +
                  lines + "\n");
}

// `advice` comes at the end of the error's line, any excerpt below.
void print_with_advice(const char* tool, const Error& error, const std::string& advice) {
  print_in_red(tool, visible_text(error.line()) + advice + visible_lines(error.excerpt()));
}

int report_error(const char* tool, const Error& error) {
  if (error.kind() == Error::Kind::kRun) {
    print_error(tool, error);
    return 1;
  }
  print_with_advice(tool, error, std::string(" (see ") + tool + " --help)");
  return 2;
}

}  // namespace

void print_note(const char* tool, std::string_view text) {
  print_to_stderr(std::string(tool) + ": " + visible_text(text) + "\n");
}

void print_error(const char* tool, const Error& error) {
  print_with_advice(tool, error, "");
}

void print_failure(const char* tool, std::string_view lines) {
  print_in_red(tool, visible_lines(lines));
}

void print_said(std::string_view lines) {
  print_to_stderr(visible_lines(lines));
}

void print_answer(const Answers& answers, const Command& command,
                  const std::function<std::string()>& description) {
  if (answers.help) return print_text(help_text(command));
  if (answers.version) return print_text(version_text(command.text()));
  if (answers.completes_columns) return;
  print_text(answers.completion.empty() ? description() : answers.completion);
}

void print_text(std::string_view text) {
  ByteSinkPtr out = open_sink("-");
  out->write(text);
  out->finish();
}

int report_problem(const char* tool) {
  try {
    throw;
  } catch (const Error& error) {
    return report_error(tool, error);
  } catch (const std::bad_alloc&) {
    print_failure(tool,
                  "out of memory: the system gives no more; use a smaller -S where there is one, "
                  "or raise the limit (ulimit -v)");
    return 1;
  }
}

void run_program(const char* tool, const std::function<int()>& body) {
  occupy_standard_streams();
  mallopt(M_MMAP_THRESHOLD, kMmapThreshold);
  mallopt(M_TRIM_THRESHOLD, kTrimThreshold);
  mallopt(M_ARENA_MAX, 1);
  int status = 1;
  try {
    status = body();
  } catch (const OutputClosed&) {
    end_by_sigpipe();
  } catch (...) {
    status = report_problem(tool);
  }
  // All that had to be finished has been. A thread that waits in a read must not hold up the end.
  _exit(status);
}

}  // namespace penstock
