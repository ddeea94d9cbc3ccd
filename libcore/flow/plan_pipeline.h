// The rules by which one pipeline becomes fragments. FLOW.md has them in words.
#pragma once

#include <vector>

#include "libcore/flow/plan.h"
#include "libcore/flow/plan_stages.h"

namespace penstock {

// Plans a pipeline whose `<( … )` are planned already. REQUIRES at least one stage.
PlanPipeline plan_pipeline(std::vector<DescribedStage> stages, const PlannedInputs& planned,
                           const PlanOptions& options);

}  // namespace penstock
