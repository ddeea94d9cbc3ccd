// What pflow --status prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/detached/kept_run.h"

namespace penstock {

// A run as it was at one moment.
struct ListedRun {
  RunRecord record;
  RunStatus status;
  int64_t since = 0;  // when it came into its state, in seconds since 1970
};

// Throws Error as KeptRun does.
ListedRun look_at_run(const KeptRun& run);

// Returns a table of the runs, those first that began last; times are local. The text of a flow is
// cut. `width`: of a terminal, to which lines are cut. Empty for no runs.
std::string table_of_runs(std::vector<ListedRun> runs, std::optional<int> width);

// Returns all that is known of a run: a line of a name and a value each. `folder` is where it is
// kept.
std::string details_of_run(const ListedRun& run, const std::string& folder);

}  // namespace penstock
