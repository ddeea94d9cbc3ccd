// A pipeline divided into fragments: its input first, then stage by stage as the rules say.
#pragma once

#include <vector>

#include "libcore/flow/plan/described_stage.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {

// Plans a pipeline whose `<( … )` are planned already. REQUIRES at least one stage.
PlanPipeline plan_pipeline(std::vector<DescribedStage> stages, const PlanOptions& options);

}  // namespace penstock
