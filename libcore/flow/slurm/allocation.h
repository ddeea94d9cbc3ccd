// Asks Slurm for nodes (salloc), and keeps them as long as this process lives.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/launch/local.h"
#include "libcore/flow/slurm/node_list.h"

namespace penstock {

// Returns the words of a text of options for Slurm, as a shell splits it. Throws Error (kUsage) for
// what is not an option, which would be the command that Slurm runs instead of ours, and for
// options by which Slurm runs no command.
std::vector<std::string> parse_slurm_options(std::string_view text);

// Not thread-safe.
class Allocation {
 public:
  // Asks for nodes with these words of parse_slurm_options(), in whose job as many tasks are as
  // `tasks` says, unless the words say otherwise. `launcher` outlives this. Throws Error when there
  // cannot be a process.
  Allocation(LocalLauncher& launcher, const std::vector<std::string>& options,
             std::optional<int64_t> tasks);
  // Gives the nodes back, or the request up, and waits for that, for at most 5 s; then it kills
  // salloc. The nodes are given back as well when this process is killed, a second later.
  ~Allocation();
  Allocation(const Allocation&) = delete;
  Allocation& operator=(const Allocation&) = delete;

  // Waits until Slurm has granted the nodes, however long that takes; `note` is called once when it
  // takes more than a second. Returns false when a signal asks us to end; signal() says which.
  // Throws Error, with Slurm's words, when the request is refused.
  bool wait(const std::function<void(const std::string&)>& note);
  int signal() const { return signal_; }

  // REQUIRES that wait() has returned true.
  const SlurmJob& job() const { return job_; }

 private:
  void read();
  std::vector<std::string> values() const;
  bool is_granted() const;
  void cancel(FlowTime until);

  LocalLauncher& launcher_;
  // To the command that salloc runs, which ends at our word. The reader stays open, so that writing
  // is not an error when the command is gone.
  Pipe hold_;
  Descriptor out_;
  std::unique_ptr<EventLoop::Watch> watch_;
  std::string printed_;
  pid_t pid_ = -1;
  // Shared with the listener of the process, which may outlive this.
  std::shared_ptr<std::optional<EndedProcess>> ended_ =
      std::make_shared<std::optional<EndedProcess>>();
  SlurmJob job_;
  int signal_ = 0;
};

}  // namespace penstock
