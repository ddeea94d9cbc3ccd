// The statements of a run with checkpoints: what its directory has of them, and what is to be run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/flow/checkpoint/folder.h"
#include "libcore/flow/flow_text.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {

// A fragment has a task for so many bytes of the flow's input, but at least one for each slot, so
// that all have work, and at most some. More tasks cost starts, and each of them reads the inputs
// that all read whole; fewer cost more when one is lost.
inline constexpr int64_t kBytesOfTask = int64_t{256} << 20;
inline constexpr int64_t kMostTasksOfSlot = 4;

// A task is tried again so often, unless the user says otherwise, and at most.
inline constexpr int64_t kDefaultRetries = 3;
inline constexpr int64_t kMostRetries = 100;

struct CheckpointOptions {
  std::string directory;
  bool resumes = false;  // what the directory has
  bool is_auto = false;  // only statements that are worth it are over files; not with `resumes`
  int64_t retries = kDefaultRetries;  // of a task
  bool copies = true;                 // a slow task may have a copy beside it
  std::optional<int64_t> tasks = {};  // of a fragment, at least; not with `resumes`
};

// Returns the text of the flow that a directory holds. Throws Error as CheckpointFolder::open()
// does.
std::string checkpointed_flow(const std::string& directory);

// Sets what plans depend on, as CheckpointedStatements does, for a flow that is planned and not
// run. Throws Error as checkpointed_flow() does where the run goes on.
void cut_into_tasks(const Flow& flow, const CheckpointOptions& options, PlanOptions& plan);

// Returns, for people, how a run goes on that has failed.
std::string kept_note(const CheckpointFolder& folder);

// Not thread-safe.
class CheckpointedStatements {
 public:
  // Makes the directory for this flow, or opens it to go on. Throws a usage Error for a flow that
  // reads our standard input, which cannot be read again; and Error as CheckpointFolder does, for a
  // directory that belongs to another flow, another version of the program or another working
  // folder, and for options that differ from those that the run began with. Sets what plans of the
  // statements depend on: `plan.workers` is the number of slots before, and that of tasks then.
  CheckpointedStatements(const Flow& flow, const CheckpointOptions& options, PlanOptions& plan);

  const CheckpointOptions& options() const { return options_; }
  // How many tasks run at the same time.
  int64_t slots() const { return slots_; }

  // Whether the statement, from 0, has ended in an earlier run.
  bool has_ended(size_t statement) const { return folder_.has_ended(statement); }
  bool is_last(size_t statement) const { return statement + 1 == statements_; }
  // Whether all is done, in this run or in one before, which may have died before it removed what
  // hosts have of it.
  bool is_done() const { return statements_ == 0 || has_ended(statements_ - 1); }

  // A statement begins. Throws Error when its inputs or its plan are not those that an earlier run
  // began it with. `first_fragment`: the number of its first fragment.
  void begin(size_t statement, const PlanStatement& plan, int64_t first_fragment);
  // It has written what it writes. After the last one the outputs of all tasks are removed.
  void end(size_t statement);

  CheckpointFolder& folder() { return folder_; }

 private:
  CheckpointOptions options_;
  int64_t slots_;
  size_t statements_;
  CheckpointFolder folder_;
};

}  // namespace penstock
