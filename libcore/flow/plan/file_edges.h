// A plan for a run over files: its edges are files, and its workers tasks. CHECKPOINTS.md has the
// rules.
#pragma once

#include "libcore/flow/plan/plan.h"

namespace penstock {

// Returns the placed plan with files for edges: no two fragments run at the same time, and each
// task can be run again. What senders agree about while they send is left out: heavy keys are then
// placed by their hash, and rows that are shared out by ranges are gathered first.
PlanStatement with_file_edges(PlanStatement plan);

// Returns whether tasks may read several partitions as one. In a grid rows of two places would meet
// that must not.
bool can_join_partitions(const Edge& edge);

// Returns whether the rows that come to the fragment by its own edge may be divided further, though
// they are in one partition: it joins them with rows that each task may have all of, and all that
// it does besides can be done with any of its rows. What somebody's command does is not known.
bool can_split_partitions(const PlanFragment& fragment);

}  // namespace penstock
