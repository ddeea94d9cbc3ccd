// The tools that can be stages of a pipeline. Each is a program of its own (main.cc.in), and all of
// them stand in pflow too, which runs several in one process.
#pragma once

#include <span>

#include "libcore/cli/stage_chain.h"
#include "libcore/flow/tool_questions.h"

namespace penstock {

// Each parses its words, does its work and returns the exit status, or throws what run_program()
// tells of.
int run_pagg(const Invocation& invocation);
int run_pexchange(const Invocation& invocation);
int run_pfilter(const Invocation& invocation);
int run_phead(const Invocation& invocation);
int run_pjoin(const Invocation& invocation);
int run_pmerge(const Invocation& invocation);
int run_ppartition(const Invocation& invocation);
int run_pprint(const Invocation& invocation);
int run_pproject(const Invocation& invocation);
int run_pscan(const Invocation& invocation);
int run_psort(const Invocation& invocation);

std::span<const StageProgram> stage_programs();

// Their answers to a plan, given in our process.
ToolQuestions stage_questions();

}  // namespace penstock
