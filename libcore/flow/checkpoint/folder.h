// The directory of a run with checkpoints: its record, the outputs of its tasks, and which of them
// are committed. CHECKPOINTS.md, "The directory", has what lies where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/exchange_files/task_folders.h"
#include "libcore/flow/checkpoint/record.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Of a file with the commits: 10,000 tasks of 1,000 fragments.
inline constexpr int64_t kMaxCommitsBytes = int64_t{1} << 30;

// A task whose output is there, and what its readers refused, which is reported for the whole run
// when it has ended.
struct CommittedTask {
  TaskAttempt attempt;
  RefusedCounts refused = {};
  // The host on whose disk the output lies, as people name it; empty for this host, and for a disk
  // that it shares.
  std::string host = {};
};

// Reads the record of a run in a directory. Throws Error when there is none, or one of another
// version, and when it is damaged.
CheckpointRecord read_checkpoint_record(const std::string& path);

// Locked as long as the object lives: another run that wants it is refused. Not thread-safe.
class CheckpointFolder {
 public:
  // Makes the directory, in a folder that is there, or takes one that is empty. Throws Error when
  // it cannot be made or written to, when it holds anything, and when another run has it.
  static CheckpointFolder create(const std::string& path, CheckpointRecord record);

  // Opens the directory of a run that was interrupted, or is done. What attempts that were not
  // committed have left is removed. Throws Error when there is no run, or one of another version,
  // when its files are damaged, and when another run has it.
  static CheckpointFolder open(const std::string& path);

  // Absolute.
  const std::string& path() const { return path_; }
  // As it was given.
  const std::string& given_path() const { return given_path_; }
  const CheckpointRecord& record() const { return record_; }

  // A statement begins, the next one after those of the record. Throws Error when the record cannot
  // be written.
  void begin_statement(StatementRecord statement);
  // A statement, from 0, has written what it writes. Its tasks' outputs are not needed any more.
  void end_statement(size_t statement);
  bool has_ended(size_t statement) const { return ended_.contains(statement); }

  // Where the tasks that run on this host write.
  const TaskFolders& outputs() const { return outputs_; }
  // An attempt's output is the task's, in the place of another one.
  void commit(const CommittedTask& made);
  // The output of the task is not there any more.
  void forget(int64_t fragment, int64_t task) { made_.erase({fragment, task}); }
  // Returns what was committed and not forgotten, by fragment and task.
  std::vector<CommittedTask> committed() const;

  // How the partitions that a fragment reads are divided among its tasks (step_outputs.h), as
  // numbers: it stays as it is, also for tasks that are run again. Empty while it is not known.
  std::vector<int64_t> division_of(int64_t fragment) const;
  void keep_division(int64_t fragment, const std::vector<int64_t>& division);

 private:
  CheckpointFolder(const std::string& given, std::string path, Descriptor lock);
  void write_record() const;
  void read_commits();
  void append(std::string_view what);

  std::string given_path_;
  std::string path_;
  TaskFolders outputs_;
  Descriptor lock_;
  Descriptor commits_;  // open for appending
  CheckpointRecord record_;
  std::set<size_t> ended_;
  std::map<std::pair<int64_t, int64_t>, CommittedTask> made_;  // by fragment and task
  std::map<int64_t, std::vector<int64_t>> divisions_;          // by fragment
};

}  // namespace penstock
