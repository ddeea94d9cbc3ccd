// What the processes of tools do that write tables.
#pragma once

#include <functional>

#include "libcore/cli/stage_run.h"
#include "libcore/command/command.h"
#include "libcore/partition/split_options.h"
#include "libcore/table/change/change.h"
#include "libcore/table/change/insert.h"
#include "libcore/table/change/upsert.h"

namespace penstock {

// ppartition: makes the table options.listed of the rows of the inputs; the status 0. REQUIRES
// options.makes_table. Throws as create_table() does, and a usage Error for options that a table
// does not have.
int make_table(StageRun& run, const SplitOptions& options);

// pinsert: adds the rows of the inputs to the table that its first word names; the status 0. Throws
// as insert_rows() does, and a usage Error for options that a table does not have.
int insert_into_table(StageRun& run, Insertion how);

// pupsert: the same by keys, as upsert_rows().
int upsert_into_table(StageRun& run, Upsert how);

// A program that changes the rows of the table that its operand names, and reads no other.
struct TableProgram {
  CommandText text;
  const char* operation;                        // for --describe
  std::function<void(Command&)> declare = {};   // its own options
  std::function<void()> require_valid = [] {};  // throws a usage Error for options that are missing
  std::function<TableChanged(const ChangeOptions&)> change = {};
};

// Reads the command line of such a program, and changes the table; the status 0. Throws as `change`
// does, and usage Errors.
int change_table(const Invocation& invocation, const TableProgram& program);

}  // namespace penstock
