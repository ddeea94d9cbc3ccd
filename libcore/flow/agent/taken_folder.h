// The directory of a run with checkpoints on the host of an agent (CHECKPOINTS.md, "Hosts").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/exchange_files/task_folders.h"
#include "libcore/flow/agent/messages.h"
#include "libcore/flow/agent/served_folder.h"
#include "libcore/flow/launch/processes.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {

// What is done about outputs, on this host or another. They throw nothing: what is wrong is in the
// answers. Reading large files takes long, so `on_piece` is to give signs of life meanwhile.
OutputFinished finish_output(const TaskFolders& folders, const FinishOutput& asked,
                             const OnPiece& on_piece = {});
OutputChecked check_output(const TaskFolders& folders, const CheckOutput& asked,
                           const OnPiece& on_piece = {});
OutputsFound find_outputs(const TaskFolders& folders, const FindOutputs& asked);

// Not thread-safe.
class TakenFolder {
 public:
  // Takes the directory as TakeFolder says. Throws Error when it cannot be made, when another run
  // has it, and when its files cannot be served. When the process that serves them ends before this
  // does, Error is thrown in the loop of `processes`, which outlives this.
  TakenFolder(Processes& processes, const TakeFolder& asked, const ProgramRunner& run_tool);

  bool is_shared() const { return !served_; }
  // At which its files are served; 0 for a shared one.
  int64_t port() const { return served_ ? served_->port() : 0; }

  const TaskFolders& outputs() const { return outputs_; }
  // As KeepOutputs says.
  void keep(const KeepOutputs& kept);

 private:
  TaskFolders outputs_;
  Descriptor lock_;  // of one that is not shared
  std::optional<ServedFolder> served_;
};

}  // namespace penstock
