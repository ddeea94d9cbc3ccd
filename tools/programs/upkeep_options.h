// The options of ptable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/command/command.h"
#include "libcore/partition/split_options.h"
#include "libcore/stage/writing.h"
#include "libcore/table/change/change.h"

namespace penstock {

// What ptable is asked for, each with the options that only it has.
struct Upkeep {
  // Of these exactly one is chosen.
  bool history = false;
  bool stats = false;
  bool check = false;
  bool vacuum = false;
  bool compact = false;
  bool repartition = false;

  std::string folder;                       // the table's directory
  std::string as_of = {};                   // of stats and check; empty for the latest version
  Writing writing = {};                     // of history and stats
  std::optional<int64_t> older_than = {};   // of vacuum, in milliseconds
  bool dry_run = false;                     // of vacuum
  std::optional<int64_t> target_size = {};  // of compact, in bytes
  SplitOptions division = {};               // of repartition
  ChangeOptions change = {};                // of compact and repartition
};

// Adds the options to a command; `upkeep` must outlive the command.
void add_upkeep_options(Command& command, Upkeep& upkeep);

// Throws a usage Error unless one task is chosen, with options that it has.
void require_one_upkeep(const Upkeep& upkeep, const Command& command);

}  // namespace penstock
