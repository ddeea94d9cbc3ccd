#include "libcore/flow/checkpoint/task_steps.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libcore/flow/plan/file_edges.h"

namespace penstock {
namespace {

class StepFinder {
 public:
  // Returns the step of a fragment that is not read through a pipe.
  size_t step_of(const PlanPipeline& pipeline, size_t fragment) {
    auto known = known_.find(&pipeline.fragments[fragment]);
    if (known != known_.end()) return known->second;
    TaskStep step;
    step.pipeline = &pipeline;
    step.fragment = fragment;
    const PlanFragment& of = pipeline.fragments[fragment];
    step.read_partitions = of.workers;
    step.can_split = of.workers > 1 && can_split_partitions(of);
    step.tasks = step.can_split ? 2 * of.workers : of.workers;
    if (fragment + 1 < pipeline.fragments.size()) {
      const PlanFragment& next = pipeline.fragments[fragment + 1];
      step.partitions = next.edge->kind == Edge::Kind::kGather ? 1 : next.workers;
    }
    collect(pipeline, fragment, step);
    steps_.push_back(std::move(step));
    known_[&pipeline.fragments[fragment]] = steps_.size() - 1;
    return steps_.size() - 1;
  }

  std::vector<TaskStep> take() { return std::move(steps_); }

 private:
  void collect(const PlanPipeline& pipeline, size_t fragment, TaskStep& step) {
    const PlanFragment& of = pipeline.fragments[fragment];
    if (of.edge) step.inputs.push_back({&of, step_of(pipeline, fragment - 1)});
    for (const PlanStage& stage : of.stages) {
      for (const auto& [number, input] : stage.pipelines) {
        const size_t last = input->fragments.size() - 1;
        if (stage.reads_file(number)) {
          step.wholes.push_back({input.get(), step_of(*input, last)});
        } else {
          collect(*input, last, step);
        }
      }
    }
  }

  std::vector<TaskStep> steps_;
  std::map<const PlanFragment*, size_t> known_;
};

}  // namespace

std::vector<size_t> TaskStep::reads() const {
  std::vector<size_t> steps;
  for (const Input& input : inputs)
    steps.push_back(input.step);
  for (const WholeInput& whole : wholes)
    steps.push_back(whole.step);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

std::vector<TaskStep> task_steps(const PlanPipeline& pipeline) {
  StepFinder finder;
  finder.step_of(pipeline, pipeline.fragments.size() - 1);
  return finder.take();
}

}  // namespace penstock
