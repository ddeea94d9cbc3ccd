#include "libcore/flow/checkpoint/step_outputs.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/checkpoint/output_file.h"

namespace penstock {
namespace {

// Whether a task may read several partitions as one. In a grid rows of two places would meet that
// must not.
bool is_divisible(const TaskStep& step) {
  auto is_by_partitions = [](const TaskStep::Input& input) {
    const Edge& edge = *input.fragment->edge;
    return edge.kind == Edge::Kind::kShare && edge.how.kind != PartitionKind::kGrid;
  };
  return step.tasks > 1 && !step.inputs.empty() &&
         std::all_of(step.inputs.begin(), step.inputs.end(), is_by_partitions);
}

}  // namespace

std::vector<int32_t> divide_partitions(std::span<const int64_t> bytes) {
  std::vector<int32_t> firsts;
  const int64_t all = std::accumulate(bytes.begin(), bytes.end(), int64_t{0});
  const int64_t most =
      std::min(all / std::max<int64_t>(std::ssize(bytes), 1), kSmallPartitionBytes);
  int64_t together = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 0 || together + bytes[i] >= most) {
      firsts.push_back(static_cast<int32_t>(i));
      together = 0;
    }
    together += bytes[i];
  }
  return firsts;
}

StepOutputs::StepOutputs(const std::vector<TaskStep>& steps) : plan_(steps) {
  for (const TaskStep& step : steps)
    steps_.emplace_back(static_cast<size_t>(step.tasks));
}

void StepOutputs::add(size_t step, size_t task, std::string folder,
                      std::vector<PartitionFile> files) {
  PENSTOCK_CHECK(!steps_[step][task]);
  steps_[step][task] = Output{std::move(folder), std::move(files)};
}

void StepOutputs::remove(size_t step, size_t task) {
  steps_[step][task].reset();
}

bool StepOutputs::is_whole(size_t step, size_t task) const {
  const Output& output = *steps_[step][task];
  return std::all_of(output.files.begin(), output.files.end(), [&](const PartitionFile& file) {
    try {
      return sum_file(output.folder + "/" + file.name, file.facts.rows) == file.facts;
    } catch (const Error&) {
      return false;  // it cannot be read
    }
  });
}

std::vector<int32_t> StepOutputs::division_of(size_t step) const {
  const TaskStep& of = plan_[step];
  std::vector<int32_t> each(static_cast<size_t>(of.tasks));
  std::iota(each.begin(), each.end(), 0);
  if (!is_divisible(of)) return each;
  std::vector<int64_t> bytes(static_cast<size_t>(of.tasks));
  for (const TaskStep::Input& input : of.inputs) {
    for (const std::optional<Output>& output : steps_[input.step]) {
      for (const PartitionFile& file : output->files) {
        for (int32_t partition : file.partitions)
          bytes[static_cast<size_t>(partition)] += file.facts.bytes;
      }
    }
  }
  return divide_partitions(bytes);
}

bool StepOutputs::is_idle(size_t step, size_t task) const {
  auto division = divisions_.find(step);
  return division != divisions_.end() && task >= division->second.size();
}

std::vector<InputFile> StepOutputs::inputs_of(size_t step, size_t task,
                                              const TaskStep::Input& input) const {
  const std::vector<int32_t>& firsts = divisions_.at(step);
  const TaskStep& writer = plan_[input.step];
  int32_t from = 0;
  int32_t to = static_cast<int32_t>(writer.partitions);
  if (writer.partitions > 1) {
    from = firsts[task];
    if (task + 1 < firsts.size()) to = firsts[task + 1];
  }
  std::vector<InputFile> read;
  std::optional<InputFile> schema;
  for (const std::optional<Output>& output : steps_[input.step]) {
    for (const PartitionFile& file : output->files) {
      InputFile there{output->folder + "/" + file.name, file.facts};
      if (file.partitions.empty() && !schema) schema = there;
      auto is_read = [&](int32_t partition) { return partition >= from && partition < to; };
      if (std::any_of(file.partitions.begin(), file.partitions.end(), is_read)) {
        read.push_back(std::move(there));
      }
    }
  }
  if (read.empty()) {
    PENSTOCK_CHECK(schema.has_value());
    read.push_back(*std::move(schema));
  }
  return read;
}

std::string StepOutputs::whole_output(size_t step) const {
  const Output& output = *steps_[step].front();
  return output.folder + "/" + output.files.front().name;
}

}  // namespace penstock
