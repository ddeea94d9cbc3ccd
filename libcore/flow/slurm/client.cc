#include "libcore/flow/slurm/client.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/launch/start_process.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {
namespace {

constexpr size_t kMostInput = 64 << 10;

// What the pipe has until all writers are gone.
std::string read_all(const Descriptor& pipe) {
  std::string text;
  std::array<char, 4096> bytes;
  for (;;) {
    ssize_t count = read(pipe.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(bytes.data(), static_cast<size_t>(count));
  }
}

}  // namespace

std::string ask_slurm(const std::vector<std::string>& words, const std::string& input) {
  if (input.size() > kMostInput) {
    throw Error(fmt::format("what Slurm is to run has {} bytes; {} are the limit", input.size(),
                            kMostInput));
  }
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  for (std::string_view left = input; !left.empty();) {
    ssize_t written = write(in.writer.get(), left.data(), left.size());
    if (written < 0 && errno != EINTR) throw Error::system("a pipe", "write", errno);
    left.remove_prefix(static_cast<size_t>(std::max<ssize_t>(written, 0)));
  }
  in.writer.reset();
  ProcessSpec spec;
  spec.words = words;
  spec.in = in.reader.get();
  spec.out = out.writer.get();
  // What it complains of is of interest only when it fails.
  spec.err = out.writer.get();
  const StartedProcess started = start_process(spec);
  if (started.error != 0) {
    throw Error(fmt::format("Slurm's {} cannot be run: {}", words[0], strerror(started.error)));
  }
  out.writer.reset();
  std::string printed = read_all(out.reader);
  const int status = wait_for_end(started.pid);
  if (status != 0) {
    throw with_words(fmt::format("Slurm's {} {}", words[0], how_ended(status)), printed,
                     SaysMost::kFirst);
  }
  return printed;
}

SlurmJobState slurm_job_state(const std::string& name) {
  const std::vector<std::string> states =
      lines_of(ask_slurm({"squeue", "--noheader", "--me", "--name=" + name, "--format=%T"}));
  if (states.empty()) return SlurmJobState::kGone;
  return states[0] == "PENDING" ? SlurmJobState::kWaiting : SlurmJobState::kRunning;
}

}  // namespace penstock
