// The nodes of a Slurm job and their slots, as Slurm's variables have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/flow_text.h"
#include "libcore/flow/hosts/host_list.h"

namespace penstock {

// A job, and where it runs.
struct SlurmJob {
  std::string number;       // empty: none
  std::vector<Host> nodes;  // in Slurm's order, with slots

  explicit operator bool() const { return !number.empty(); }
};

// Returns the names in a list such as "n[1-3,007],login", in their order. Throws Error, which names
// the list, when it is not one, or has more than kMaxHosts names.
std::vector<std::string> parse_node_list(std::string_view list);

// Returns the numbers in a list such as "2(x3),1": 2, 2, 2, 1. Throws Error, which names the list,
// when it is not one, has a number that is not in 1 … kMaxWorkers, or more than kMaxHosts.
std::vector<int64_t> parse_counts(std::string_view list);

// Returns the job of these variables: its number in SLURM_JOB_ID, its nodes in SLURM_JOB_NODELIST;
// no job without SLURM_JOB_ID. A node has as many slots as the job has tasks there, where tasks
// were asked for (SLURM_NTASKS), else as it has processors. Throws Error when a variable is missing
// or wrong.
SlurmJob slurm_job(const FlowVariables& variables);

}  // namespace penstock
