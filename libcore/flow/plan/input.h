// Where a pipeline's rows come from: whether several workers can read them.
#pragma once

#include <string>
#include <vector>

#include "libcore/flow/plan/described_stage.h"
#include "libcore/flow/plan/scan_files.h"

namespace penstock {

// The input of workers side by side.
struct DividedInput {
  std::string obstacle = {};  // why there can be only one worker; all else is empty then
  ScanFiles files = {};
  SchemaPtr schema = nullptr;  // of text, inferred for all workers; null where they need none
};

// Sees to it that `stages` begin with a scan that can be divided and is worth it: a stage that
// reads a file becomes a scan and itself, and what follows a scan is pushed into it. With an
// obstacle the stages mean what they did.
DividedInput divide_input(std::vector<DescribedStage>& stages, const PlanOptions& options);

}  // namespace penstock
