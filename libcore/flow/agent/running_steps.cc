#include "libcore/flow/agent/running_steps.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/exchange_files/output_file.h"
#include "libcore/os/open_files.h"
#include "libcore/os/run_counts.h"

namespace penstock {

struct RunningSteps::Running {
  Running(std::string path_of_counts, const BeginStep& step, ChannelSources sources, Descriptor out)
      : output(std::move(out)),
        channels(step.channels, std::move(sources)),
        channel_count(step.channels.size()),
        counts_path(std::move(path_of_counts)),
        counts(counts_path, std::max<int64_t>(step.tasks, 1)),
        sent(static_cast<size_t>(step.tasks)) {}
  ~Running() { unlink(counts_path.c_str()); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool has(const Job& job, int64_t task) const {
    auto is_channel = [&](size_t number) { return number < channel_count; };
    return task < std::ssize(sent) && is_channel(job.in) && is_channel(job.out) &&
           std::all_of(job.inherited.begin(), job.inherited.end(),
                       [&](const InheritedChannel& each) { return is_channel(each.channel); });
  }

  Descriptor output;
  OpenChannels channels;
  size_t channel_count;
  std::string counts_path;
  RunCounts counts;
  std::vector<MovedRows> sent;
};

RunningSteps::RunningSteps(std::string folder) : folder_(std::move(folder)) {}
RunningSteps::~RunningSteps() = default;

void RunningSteps::begin(const BeginStep& step, ChannelSources sources) {
  int64_t tasks = step.tasks;
  for (const auto& [number, running] : steps_)
    tasks += std::ssize(running->sent);
  allow_open_files(tasks * kFilesOfProcess, "files for processes",
                   "use fewer workers (-n) or more hosts");
  Descriptor output;
  if (!step.output.empty()) output = create_output(step.output);
  sources.output = output.get();
  steps_[step.number] = std::make_unique<Running>(fmt::format("{}/counts-{}", folder_, ++begun_),
                                                  step, std::move(sources), std::move(output));
}

ProcessSpec RunningSteps::spec_of(const StartJob& start) const {
  const auto task = static_cast<int64_t>(start.attempt.task);
  auto step = steps_.find(start.attempt.number);
  if (step == steps_.end() || !step->second->has(start.job, task)) {
    throw Error("a job that is not of the step");
  }
  const Running& running = *step->second;
  ProcessSpec spec = running.channels.spec_of(start.job);
  spec.environment.insert(spec.environment.end(), start.environment.begin(),
                          start.environment.end());
  if (start.job.is_tool) spec.environment.push_back(running.counts.variable(task));
  return spec;
}

void RunningSteps::end_starts(int64_t number) {
  auto step = steps_.find(number);
  if (step != steps_.end()) step->second->channels.close();
}

void RunningSteps::end(int64_t number) {
  steps_.erase(number);
}

std::vector<MovedCounts> RunningSteps::changed_counts() {
  std::vector<MovedCounts> all;
  for (auto& [number, step] : steps_) {
    MovedCounts changed{{}, number};
    for (size_t i = 0; i < step->sent.size(); ++i) {
      const auto task = static_cast<int64_t>(i);
      const MovedRows moved = step->counts.at(task);
      if (moved == step->sent[i]) continue;
      step->sent[i] = moved;
      changed.counts.push_back({task, moved});
    }
    if (!changed.counts.empty()) all.push_back(std::move(changed));
  }
  return all;
}

}  // namespace penstock
