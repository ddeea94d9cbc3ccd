// What the process of ptable does with a table.
#pragma once

#include <functional>
#include <string>

#include "tools/programs/upkeep_options.h"

namespace penstock {

// How it reports.
struct UpkeepNotes {
  std::function<void(const std::string&)> failure;  // always
  std::function<void(const std::string&)> note;     // unless -q
  std::function<void(const std::string&)> verbose;  // with -v
};

// Returns the status: 1 where a check finds damage, else 0. Throws as the functions of
// libcore/table/upkeep do, and as print_rows().
int run_upkeep(const Upkeep& upkeep, const UpkeepNotes& notes);

}  // namespace penstock
