// Which host each worker of a plan runs on, and what the edges between them are. HOSTS.md, "Who
// runs where", has the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/flow/plan/plan.h"

namespace penstock {

// Returns the host of each of `workers` workers: first one on each host that has slots, then a
// second one, and so on, as far as slots go; from the beginning again for more. REQUIRES that some
// host has slots.
std::vector<size_t> hosts_of_workers(int64_t workers, std::span<const PlanHost> hosts);

// Returns the plan with the hosts of all fragments and the media of all edges. A fragment of one
// worker runs on this host. An input that every worker reads whole gets a last fragment with a
// worker on each of their hosts, which makes the copy that the workers there read.
PlanStatement place(PlanStatement plan, std::span<const PlanHost> hosts);

// Returns the plan of a run over files, placed as if this host were the only one and had so many
// workers: PlanStatement::runs_anywhere() says which of them run elsewhere as well. Scans of files
// of other hosts are there already; an input that one of them gives comes together here.
PlanStatement place_tasks(PlanStatement plan, int64_t workers);

}  // namespace penstock
