// A statement whose edges are files, as steps of tasks: which fragments run in one task, and which
// steps must be done before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/flow/plan/plan.h"

namespace penstock {

// Tasks that are alike: the workers of a fragment, each with those of the `<( … )` that come to it
// through pipes.
struct TaskStep {
  // A fragment that reads partitions, and the step that writes them.
  struct Input {
    const PlanFragment* fragment = nullptr;
    size_t step = 0;
  };
  // A `<( … )` that each task reads whole, and the step that writes it.
  struct WholeInput {
    const PlanPipeline* pipeline = nullptr;
    size_t step = 0;
  };

  const PlanPipeline* pipeline = nullptr;
  size_t fragment = 0;  // in the pipeline
  std::vector<Input> inputs = {};
  std::vector<WholeInput> wholes = {};
  // At least one for each partition that it reads; the others are for partitions that are large.
  int64_t tasks = 1;
  int64_t read_partitions = 1;  // of each input
  bool can_split = false;       // several tasks may share a partition of the first input
  // Of what each task writes; 0 for what comes out of a pipeline, which is one file.
  int64_t partitions = 0;

  const PlanFragment& of() const { return pipeline->fragments[fragment]; }
  // The steps that it reads, each once, ascending.
  std::vector<size_t> reads() const;
};

// Returns the steps of a statement, each behind those that it reads; the last one gives what the
// statement gives. The pipeline, whose edges are all files, outlives them.
std::vector<TaskStep> task_steps(const PlanPipeline& pipeline);

}  // namespace penstock
