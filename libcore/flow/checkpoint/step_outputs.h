// What the tasks of a statement have left in files, and which of it each task reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/exchange_files/input_files.h"
#include "libcore/exchange_files/partition_files.h"
#include "libcore/exchange_files/task_folders.h"
#include "libcore/flow/checkpoint/task_steps.h"

namespace penstock {

// Partitions of less than this are read with their neighbours by one task.
inline constexpr int64_t kSmallPartitionBytes = int64_t{64} << 20;
// Partitions of less than this are not divided further.
inline constexpr int64_t kLeastSplitBytes = int64_t{16} << 20;

// What a task reads: the partitions from `first` to `last`, or of the first input only one of so
// many slices of one partition.
struct PartitionShare {
  int32_t first = 0;
  int32_t last = 0;
  int32_t slice = 0;
  int32_t slices = 1;

  bool operator==(const PartitionShare&) const = default;
};
using PartitionShares = std::vector<PartitionShare>;

// The sizes of a partition, over all inputs, and what can be divided of it.
struct PartitionSize {
  int64_t bytes = 0;
  int64_t files = 0;  // of the first input; each slice has some of them
};

// Divides partitions among at most `tasks` tasks, at least as many as there are partitions.
// Neighbours that together have less than the mean and less than kSmallPartitionBytes are read by
// one task; one that has more than twice the mean is sliced where it `can_split`.
PartitionShares divide_partitions(std::span<const PartitionSize> sizes, int64_t tasks,
                                  bool can_split);

// Returns the division as numbers, four for each task, and what such numbers mean; nothing for
// numbers that are not a division of so many partitions among at most so many tasks.
std::vector<int64_t> numbers_of(const PartitionShares& division);
std::optional<PartitionShares> division_of_numbers(std::span<const int64_t> numbers,
                                                   int64_t partitions, int64_t tasks);

// Where a task that reads outputs runs.
struct ReadingPlace {
  std::string directory;  // of the run, on every host
  size_t disk = 0;        // the disk on which it lies there: the number of the host that has it
  // By disks: where files on them are served to this host. None where there is one disk.
  std::vector<std::string> endpoints = {};
};

// Not thread-safe. Steps and tasks are numbered from 0.
class StepOutputs {
 public:
  // `steps` outlives this.
  explicit StepOutputs(const std::vector<TaskStep>& steps);

  // What a task has left, and on which disk.
  struct Output {
    TaskAttempt made_by;
    size_t disk = 0;
    std::vector<PartitionFile> files;
  };

  // Returns whether a task of the step can have left these files, which were read from its folder.
  bool fits(size_t step, const std::vector<PartitionFile>& files) const;
  // A task has left this. REQUIRES fits() of its files, and that it had left nothing.
  void add(size_t step, size_t task, Output output);
  // They are not there any more.
  void remove(size_t step, size_t task);
  bool has(size_t step, size_t task) const { return steps_[step][task].has_value(); }
  // REQUIRES has().
  const Output& of(size_t step, size_t task) const { return *steps_[step][task]; }

  // Returns how the partitions that a step reads are divided among its tasks
  // (divide_partitions()). REQUIRES that all tasks that it reads have left theirs.
  PartitionShares division_of(size_t step) const;

  // Sets the division of a step, before inputs_of() is called for it.
  void divide(size_t step, PartitionShares division) { divisions_[step] = std::move(division); }
  bool is_divided(size_t step) const { return divisions_.contains(step); }
  // Whether the division leaves a task of the step nothing to read.
  bool is_idle(size_t step, size_t task) const;

  // Returns the files that a task at a place reads for an input, in the order of the tasks that
  // wrote them: at least one, which has the schema. Throws an Error of the machine when no task has
  // left one. REQUIRES as division_of().
  std::vector<InputFile> inputs_of(size_t step, size_t task, const TaskStep::Input& input,
                                   const ReadingPlace& place) const;
  // Returns the file that the task of a `<( … )` left.
  InputFile whole_output(size_t step, const ReadingPlace& place) const;

 private:
  const std::vector<TaskStep>& plan_;
  std::vector<std::vector<std::optional<Output>>> steps_;
  std::map<size_t, PartitionShares> divisions_;
};

}  // namespace penstock
