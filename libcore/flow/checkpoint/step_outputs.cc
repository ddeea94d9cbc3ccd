#include "libcore/flow/checkpoint/step_outputs.h"

#include <algorithm>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/plan/file_edges.h"

namespace penstock {
namespace {

bool is_divisible(const TaskStep& step) {
  return step.read_partitions > 1 && !step.inputs.empty() &&
         std::all_of(step.inputs.begin(), step.inputs.end(), [](const TaskStep::Input& input) {
           return can_join_partitions(*input.fragment->edge);
         });
}

int32_t slices_of(const PartitionSize& size, int64_t mean, int64_t spare) {
  if (size.bytes < kLeastSplitBytes || size.bytes <= 2 * mean) return 1;
  const int64_t wanted = size.bytes / std::max<int64_t>(mean, 1);
  return static_cast<int32_t>(std::max<int64_t>(1, std::min({wanted, size.files, spare + 1})));
}

InputFile seen_from(const ReadingPlace& place, const StepOutputs::Output& output,
                    const PartitionFile& file) {
  const std::string name = output_name(output.made_by) + "/" + file.name;
  if (output.disk == place.disk) return {place.directory + "/" + name, file.facts};
  return {name, file.facts, place.endpoints[output.disk]};
}

}  // namespace

PartitionShares divide_partitions(std::span<const PartitionSize> sizes, int64_t tasks,
                                  bool can_split) {
  PartitionShares division;
  int64_t all = 0;
  for (const PartitionSize& size : sizes)
    all += size.bytes;
  const int64_t mean = all / std::max<int64_t>(std::ssize(sizes), 1);
  const int64_t most = std::min(mean, kSmallPartitionBytes);
  int64_t spare = tasks - std::ssize(sizes);
  int64_t together = most;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const auto at = static_cast<int32_t>(i);
    if (together + sizes[i].bytes < most) {
      together += sizes[i].bytes;
      division.back().last = at;
      continue;
    }
    together = sizes[i].bytes;
    const int32_t slices = can_split ? slices_of(sizes[i], mean, spare) : 1;
    spare -= slices - 1;
    for (int32_t slice = 0; slice < slices; ++slice)
      division.push_back({at, at, slice, slices});
  }
  return division;
}

std::vector<int64_t> numbers_of(const PartitionShares& division) {
  std::vector<int64_t> numbers;
  for (const PartitionShare& share : division)
    numbers.insert(numbers.end(), {share.first, share.last, share.slice, share.slices});
  return numbers;
}

std::optional<PartitionShares> division_of_numbers(std::span<const int64_t> numbers,
                                                   int64_t partitions, int64_t tasks) {
  constexpr size_t kNumbers = 4;
  if (numbers.empty() || numbers.size() % kNumbers != 0) return std::nullopt;
  if (std::ssize(numbers) / static_cast<int64_t>(kNumbers) > tasks) return std::nullopt;
  PartitionShares division;
  int64_t next = 0;  // partition
  int64_t slice = 0;
  for (size_t i = 0; i < numbers.size(); i += kNumbers) {
    const std::span<const int64_t> each = numbers.subspan(i, kNumbers);
    const bool is_next = each[0] == next && each[1] >= next && each[1] < partitions &&
                         each[2] == slice && each[3] > slice && each[3] <= tasks;
    if (!is_next || (each[3] > 1 && each[0] != each[1])) return std::nullopt;
    if (slice > 0 && each[3] != division.back().slices) return std::nullopt;
    division.push_back({static_cast<int32_t>(each[0]), static_cast<int32_t>(each[1]),
                        static_cast<int32_t>(each[2]), static_cast<int32_t>(each[3])});
    slice = slice + 1 == each[3] ? 0 : slice + 1;
    if (slice == 0) next = each[1] + 1;
  }
  if (next != partitions) return std::nullopt;
  return division;
}

StepOutputs::StepOutputs(const std::vector<TaskStep>& steps) : plan_(steps) {
  for (const TaskStep& step : steps)
    steps_.emplace_back(static_cast<size_t>(step.tasks));
}

// A task that had nothing to read has left no files.
bool StepOutputs::fits(size_t step, const std::vector<PartitionFile>& files) const {
  const int64_t partitions = plan_[step].partitions;
  if (partitions == 0) return files.size() == 1;
  return std::all_of(files.begin(), files.end(), [&](const PartitionFile& file) {
    return file.partitions.empty() || file.partitions.back() < partitions;
  });
}

void StepOutputs::add(size_t step, size_t task, Output output) {
  PENSTOCK_CHECK(!steps_[step][task]);
  steps_[step][task] = std::move(output);
}

void StepOutputs::remove(size_t step, size_t task) {
  steps_[step][task].reset();
}

PartitionShares StepOutputs::division_of(size_t step) const {
  const TaskStep& of = plan_[step];
  std::vector<PartitionSize> sizes(static_cast<size_t>(of.read_partitions));
  if (!is_divisible(of)) {
    PartitionShares each;
    for (int32_t partition = 0; partition < of.read_partitions; ++partition)
      each.push_back({partition, partition});
    return each;
  }
  for (const TaskStep::Input& input : of.inputs) {
    const bool is_first = &input == &of.inputs.front();
    for (const std::optional<Output>& output : steps_[input.step]) {
      for (const PartitionFile& file : output->files) {
        for (int32_t partition : file.partitions) {
          PartitionSize& size = sizes[static_cast<size_t>(partition)];
          size.bytes += file.facts.bytes;
          if (is_first) ++size.files;
        }
      }
    }
  }
  return divide_partitions(sizes, of.tasks, of.can_split);
}

bool StepOutputs::is_idle(size_t step, size_t task) const {
  auto division = divisions_.find(step);
  return division != divisions_.end() && task >= division->second.size();
}

std::vector<InputFile> StepOutputs::inputs_of(size_t step, size_t task,
                                              const TaskStep::Input& input,
                                              const ReadingPlace& place) const {
  PartitionShare share = divisions_.at(step)[task];
  const TaskStep& writer = plan_[input.step];
  if (writer.partitions == 1) share = {};
  std::vector<InputFile> read;
  std::optional<InputFile> schema;
  for (const std::optional<Output>& output : steps_[input.step]) {
    for (const PartitionFile& file : output->files) {
      InputFile there = seen_from(place, *output, file);
      if (file.partitions.empty() && !schema) schema = there;
      auto is_read = [&](int32_t partition) {
        return partition >= share.first && partition <= share.last;
      };
      if (std::any_of(file.partitions.begin(), file.partitions.end(), is_read)) {
        read.push_back(std::move(there));
      }
    }
  }
  if (input.fragment == &plan_[step].of() && share.slices > 1) {
    auto at = [&](int32_t slice) { return std::ssize(read) * slice / share.slices; };
    read = {read.begin() + at(share.slice), read.begin() + at(share.slice + 1)};
  }
  if (read.empty()) {
    if (!schema) throw Error::of_machine("the tasks before have left no schema");
    read.push_back(*std::move(schema));
  }
  return read;
}

InputFile StepOutputs::whole_output(size_t step, const ReadingPlace& place) const {
  const Output& output = *steps_[step].front();
  return seen_from(place, output, output.files.front());
}

}  // namespace penstock
