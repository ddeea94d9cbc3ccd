#include "libcore/flow/plan/file_edges.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "libcore/stage/traits.h"

namespace penstock {
namespace {

bool can_have_any_rows(const PlanStage& stage) {
  if (stage.stage == nullptr) return false;
  const StageTraits traits = stage.stage->traits();
  switch (traits.operation) {
    case Operation::kFilter:
    case Operation::kProject:
    case Operation::kJoin:
      return traits.needs_any();
    case Operation::kAggregate:
      return traits.gives_states;
    default:
      return false;
  }
}

// Of rows that are shared out by ranges: one worker, which finds bounds that suit all of them.
// Senders that run side by side agree about the bounds; tasks that run at any time cannot.
PlanFragment all_for_bounds(const Edge& to) {
  PlanFragment all;
  all.hosts = {kThisHost};
  all.reason = "one worker finds the bounds";
  Edge edge;
  edge.merge = to.merge;
  edge.in_turn = to.merge.empty();
  edge.reason = "the bounds of the ranges depend on all rows";
  edge.location = to.location;
  all.edge = std::move(edge);
  return all;
}

void gather_for_bounds(PlanPipeline& pipeline) {
  std::vector<PlanFragment> fragments;
  for (PlanFragment& fragment : pipeline.fragments) {
    const bool needs_bounds = fragment.edge && fragment.edge->kind == Edge::Kind::kShare &&
                              fragment.edge->how.kind == PartitionKind::kRange;
    if (needs_bounds && fragments.back().workers > 1) {
      fragments.push_back(all_for_bounds(*fragment.edge));
    }
    fragments.push_back(std::move(fragment));
  }
  pipeline.fragments = std::move(fragments);
}

void use_files(PlanPipeline& pipeline) {
  gather_for_bounds(pipeline);
  for (PlanFragment& fragment : pipeline.fragments) {
    if (fragment.edge) {
      fragment.edge->medium = Edge::Medium::kFile;
      fragment.edge->spread.clear();
      if (fragment.edge->how.kind == PartitionKind::kHash) {
        fragment.edge->how.is_second_input = false;
      }
      if (fragment.workers > 1 && can_join_partitions(*fragment.edge)) {
        fragment.edge->reason += "; small partitions are read together";
        if (can_split_partitions(fragment))
          fragment.edge->reason += ", large ones by several tasks";
      }
    }
    for (PlanStage& stage : fragment.stages) {
      for (auto& [number, input] : stage.pipelines) {
        auto changed = std::make_shared<PlanPipeline>(*input);
        use_files(*changed);
        input = std::move(changed);
      }
    }
  }
}

}  // namespace

bool can_join_partitions(const Edge& edge) {
  return edge.kind == Edge::Kind::kShare && edge.how.kind != PartitionKind::kGrid;
}

bool can_split_partitions(const PlanFragment& fragment) {
  if (!fragment.edge || !can_join_partitions(*fragment.edge) || fragment.stages.empty()) {
    return false;
  }
  const PlanStage& first = fragment.stages.front();
  return first.stage != nullptr && first.stage->traits().operation == Operation::kJoin &&
         std::all_of(fragment.stages.begin(), fragment.stages.end(), can_have_any_rows);
}

PlanStatement with_file_edges(PlanStatement plan) {
  use_files(plan.pipeline);
  plan.is_over_files = true;
  return plan;
}

}  // namespace penstock
