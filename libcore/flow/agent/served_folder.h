// The files of a folder for processes on other hosts: `pexchange --serve` as long as an object
// lives.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libcore/flow/launch/processes.h"
#include "libcore/os/process.h"

namespace penstock {

// Not thread-safe.
class ServedFolder {
 public:
  // Serves the files below `folder` at `address`, numeric, of this host, to those who know `keys`
  // (net/keys.h, as text). Calls `on_end`, from the loop of `processes`, which outlives this, when
  // the process ends before this does, or is stopped. Runs the tool by `run_tool`, if there is one,
  // in a copy of this process. Throws Error when it cannot listen, or there cannot be a process.
  ServedFolder(Processes& processes, const std::string& folder, const std::string& address,
               const std::string& keys, const ProgramRunner& run_tool,
               std::function<void()> on_end);
  // Kills the process.
  ~ServedFolder();
  ServedFolder(const ServedFolder&) = delete;
  ServedFolder& operator=(const ServedFolder&) = delete;

  int64_t port() const { return port_; }

 private:
  // Outlives this where the process does.
  struct State {
    pid_t pid = -1;
    std::function<void()> on_end;
  };

  std::shared_ptr<State> state_;
  int64_t port_ = 0;
};

}  // namespace penstock
