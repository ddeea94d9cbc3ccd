// The tools, which all stand in one program (penstock.h). A tool that can be a stage of a pipeline
// may also run behind others in one process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/cli/stage_run.h"
#include "libcore/stage/column_use.h"
#include "libcore/stage/registry.h"
#include "libcore/stage/shared_options.h"
#include "libcore/stage/stage.h"

namespace penstock {

// Of each stage its tool; the manager parses its words, does its work and returns the exit status,
// or throws what run_program() reports.
#define PENSTOCK_STAGE(name) const Tool& name##_tool();
#define PENSTOCK_MANAGER(name) int run_##name(const Invocation& invocation);
#include "tools/programs/registry.def"
#undef PENSTOCK_MANAGER
#undef PENSTOCK_STAGE

// The stage phead of so many rows, of each group where there are keys, behind others: the last part
// of a sort's first rows.
StagePtr make_head_stage(int64_t rows, const std::vector<std::string>& keys = {});

// The stage psort by these keys, behind others.
StagePtr make_sort_stage(std::vector<SortKey> keys);

// All tools, and those among them that can be stages; both in the order of their names.
std::span<const StageProgram> all_programs();
std::span<const StageProgram> stage_programs();

StageRegistry stage_registry();

}  // namespace penstock
