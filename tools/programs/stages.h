// The tools, which all stand in one program (main.cc). A tool that can be a stage of a pipeline may
// also run behind others in one process.
#pragma once

#include <span>

#include "libcore/cli/stage_chain.h"
#include "libcore/flow/tool_questions.h"

namespace penstock {

// Each parses its words, does its work and returns the exit status, or throws what run_program()
// reports.
#define PENSTOCK_STAGE(name) int run_##name(const Invocation& invocation);
#define PENSTOCK_MANAGER(name) PENSTOCK_STAGE(name)
#include "tools/programs/registry.def"
#undef PENSTOCK_MANAGER
#undef PENSTOCK_STAGE

// All tools, and those among them that can be stages; both in the order of their names.
std::span<const StageProgram> all_programs();
std::span<const StageProgram> stage_programs();

// The stages' answers to a plan, given in our process.
ToolQuestions stage_questions();

}  // namespace penstock
