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
#include "libcore/flow/checkpoint/task_steps.h"

namespace penstock {

// Partitions of less than this are read with their neighbours by one task.
inline constexpr int64_t kSmallPartitionBytes = int64_t{64} << 20;

// Divides partitions of these sizes, in bytes, among as many tasks: returns the first partition of
// each task that reads any. Neighbours that together have less than the mean and less than
// kSmallPartitionBytes are read by one task.
std::vector<int32_t> divide_partitions(std::span<const int64_t> bytes);

// Not thread-safe. Steps and tasks are numbered from 0.
class StepOutputs {
 public:
  // `steps` outlives this.
  explicit StepOutputs(const std::vector<TaskStep>& steps);

  // A task has left these files in a folder. REQUIRES that it had left none.
  void add(size_t step, size_t task, std::string folder, std::vector<PartitionFile> files);
  // They are not there any more.
  void remove(size_t step, size_t task);
  bool has(size_t step, size_t task) const { return steps_[step][task].has_value(); }

  // Returns whether the files of a task are there with the bytes and checksums that their list
  // states. Reads all of them. REQUIRES has().
  bool is_whole(size_t step, size_t task) const;

  // Returns how the partitions that a step reads are divided among its tasks
  // (divide_partitions()). REQUIRES that all tasks that it reads have left theirs.
  std::vector<int32_t> division_of(size_t step) const;

  // Sets the division of a step, before inputs_of() is called for it.
  void divide(size_t step, std::vector<int32_t> firsts) { divisions_[step] = std::move(firsts); }
  bool is_divided(size_t step) const { return divisions_.contains(step); }
  // Whether the division leaves a task of the step nothing to read.
  bool is_idle(size_t step, size_t task) const;

  // Returns the files that a task reads for one of its inputs, in the order of the tasks that wrote
  // them: at least one, which has the schema. REQUIRES as division_of().
  std::vector<InputFile> inputs_of(size_t step, size_t task, const TaskStep::Input& input) const;
  // Returns the file that a task of a `<( … )` left.
  std::string whole_output(size_t step) const;

 private:
  struct Output {
    std::string folder;
    std::vector<PartitionFile> files;
  };

  const std::vector<TaskStep>& plan_;
  std::vector<std::vector<std::optional<Output>>> steps_;
  std::map<size_t, std::vector<int32_t>> divisions_;
};

}  // namespace penstock
