// Where a pipeline's rows come from: whether several workers can read them.
#pragma once

#include <string>
#include <vector>

#include "libcore/flow/plan/described_stage.h"
#include "libcore/flow/plan/scan_files.h"

namespace penstock {

// The input of workers side by side.
struct DividedInput {
  // Why there can be only one worker, or one for the files of each host; without files of other
  // hosts all else is empty then.
  std::string obstacle = {};
  bool is_at_hosts = false;  // some of the files are each on one host alone
  ScanFiles files = {};
  SchemaPtr schema = nullptr;  // of text, inferred for all workers; null where they need none
};

// Sees to it that `stages` begin with a scan that can be divided and is worth it: a stage that
// reads a file becomes a scan and itself, and what follows a scan is pushed into it. With an
// obstacle the stages mean what they did. Throws Error for files of other hosts that cannot be read
// or whose columns differ, and a usage Error for a scan that cannot be one of several readers.
DividedInput divide_input(std::vector<DescribedStage>& stages, const PlanOptions& options);

}  // namespace penstock
