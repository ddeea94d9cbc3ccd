// What the process of ptable does with a table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libcore/stage/writing.h"
#include "libcore/table/upkeep/compact.h"

namespace penstock {

// What ptable is asked for, each with the options that only it has.
struct Upkeep {
  // Of these exactly one is chosen.
  bool history = false;
  bool stats = false;
  bool check = false;
  bool vacuum = false;
  bool compact = false;

  std::string folder;                       // the table's directory
  std::string as_of = {};                   // of stats and check; empty for the latest version
  Writing writing = {};                     // of history and stats
  std::optional<int64_t> older_than = {};   // of vacuum, in milliseconds
  bool dry_run = false;                     // of vacuum
  std::optional<int64_t> target_size = {};  // of compact, in bytes
  ChangeOptions change = {};                // of compact
};

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
