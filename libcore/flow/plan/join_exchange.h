// Joins whose right input is too large for every worker to have, or whose right rows may not be
// everywhere: both inputs are shared out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/plan/described_stage.h"

namespace penstock {

// The exchanges that bring the rows of both inputs to the workers of a join.
struct JoinExchange {
  Edge left;
  Edge right;
  std::vector<std::string> left_keys;  // of a hash
  bool is_spread = false;              // but for heavy keys, whose rows lie anywhere
};

struct JoinSizes {
  int64_t workers = 2;
  int64_t left_bytes = 0;
  int64_t right_bytes = -1;  // -1: not known
};

// By hash of the keys (a repartition join) or, for a join without keys, as a grid (fragment and
// replicate), in the shape that moves the fewest bytes. Empty where workers that have their parts
// do not give together what one gives: the join has no such alternative, or wants its inputs
// sorted. REQUIRES workers > 1.
std::optional<JoinExchange> exchange_for_join(const StageTraits& join, const JoinSizes& sizes);

// The same by hash, but with the rows of heavy keys spread, where the join's type allows that.
// `name` is the join's alone in its flow: the file of a run in which one exchange tells the other
// of these keys.
void spread_heavy_keys(const StageTraits& join, const std::string& name, JoinExchange& exchange);

// The right input of `join` with that exchange behind it, for as many workers as the join has. A
// file that can be cut is read by all workers when its schema is known, and a pipeline's rows are
// not gathered first. Where the same exchange was written at the end of the pipeline, it is the
// one.
PlanPipelinePtr exchanged_input(const DescribedStage& join, const Edge& exchange,
                                const PlanOptions& options);

// Whether the pipeline ends in an exchange to several workers by hash of the same keys, whose rows
// are gathered only because it ends there. After any other exchange the rows do not lie as the join
// needs them.
bool is_shared_out_by(const PlanPipeline& pipeline, const Edge& exchange);

}  // namespace penstock
