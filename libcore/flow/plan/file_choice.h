// Whether a statement is worth files where a run may choose (`--checkpoint=auto`). FLOW.md, "A run
// over files", has the rule.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/flow/flow_text.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {

// Returns how many bytes the regular files have that a statement names, as far as they are there.
int64_t named_bytes(const FlowStatement& statement);

// Returns why a statement is done again sooner than its files are written, for people; empty when
// that depends on its plan.
std::string why_too_small(const FlowStatement& statement, int64_t least_bytes);

// Returns a stage of a plan over files whose work is kept in files and costs more than reading the
// input: neither a scan, a filter, a projection, a head nor an exchange. Null when there is none.
// It is part of the plan.
const PlanStage* find_kept_work(const PlanPipeline& pipeline);

}  // namespace penstock
