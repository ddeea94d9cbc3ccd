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

#include "libcore/flow/checkpoint/record.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Of a file with the commits: 10,000 tasks of 1,000 fragments.
inline constexpr int64_t kMaxCommitsBytes = int64_t{1} << 30;

// A task of a fragment, both numbered from 1, and one of its attempts.
struct TaskAttempt {
  int64_t fragment = 1;
  int64_t task = 1;
  int64_t attempt = 1;

  bool operator==(const TaskAttempt&) const = default;
};

// A task whose output is there, and what its readers refused, which is reported for the whole run
// when it has ended.
struct CommittedTask {
  TaskAttempt attempt;
  RefusedCounts refused = {};
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

  // Makes the folder in which an attempt writes, and returns its path.
  std::string begin_attempt(const TaskAttempt& attempt) const;
  // Returns the folder of begin_attempt().
  std::string path_of(const TaskAttempt& attempt) const;
  // Makes what it has written the output of the task.
  void commit(const TaskAttempt& attempt, const RefusedCounts& refused = {});
  // Removes what an attempt that was not committed has written, or a task's output. Without effect
  // on what is not there.
  void remove_attempt(const TaskAttempt& attempt) const;
  void remove_output(int64_t fragment, int64_t task);
  // Returns the folder of a task's output.
  std::string output_of(int64_t fragment, int64_t task) const;
  // Returns the attempts that were committed and not removed, by fragment and task.
  std::vector<CommittedTask> committed() const;

  // How the partitions that a fragment reads are divided among its tasks (step_outputs.h), as
  // numbers: it stays as it is, also for tasks that are run again. Empty while it is not known.
  std::vector<int64_t> division_of(int64_t fragment) const;
  void keep_division(int64_t fragment, const std::vector<int64_t>& division);

  // The run has ended well: removes all but the record and the commits.
  void remove_outputs() const;

 private:
  CheckpointFolder(const std::string& given, std::string path, Descriptor lock);
  void write_record() const;
  void read_commits();
  void append(std::string_view what);
  std::string fragment_folder(int64_t fragment) const;

  std::string given_path_;
  std::string path_;
  Descriptor lock_;
  Descriptor commits_;  // open for appending
  CheckpointRecord record_;
  std::set<size_t> ended_;
  std::map<std::pair<int64_t, int64_t>, CommittedTask> made_;  // by fragment and task
  std::map<int64_t, std::vector<int64_t>> divisions_;          // by fragment
};

}  // namespace penstock
