// Rows to a command and back: a function of rows that is a program in any language.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"
#include "libcore/ops/print.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct ApplyOptions {
  std::vector<std::string> command;  // a program and its words; no shell has a part in it
  PrintOptions to;                   // how rows are written to the command
  ScanOptions from;                  // how its output is read
  // Columns that the command does not get, and that its answers get in front: the command answers
  // each line with one line.
  std::optional<ColumnList> keep;
  bool per_batch = false;  // runs it again for each batch
  // Runs it again for each group of rows that are equal in these columns, by which the rows are
  // sorted. Not with per_batch.
  std::vector<std::string> per_group = {};
  SpillOptions spill;  // for the columns of `keep` whose answers have not come yet
  // Called with each line that the command writes to standard error, its name in front, and with
  // notes. Not empty. Called by the thread that pulls, or by one that reads for it.
  std::function<void(std::string_view)> say;
};

// Returns the columns of the answers, where the options say all their names and types; else null.
SchemaPtr declared_answers(const ScanOptions& from);

// Returns the rows that the command prints for the rows of `input`, which is written to it while
// its output is read, by a thread of its own. Memory is bounded by the pipes between us and it, and
// by the options' budget for kept columns.
//
// The first batch is pulled, and the command started, when this is called, unless
// declared_answers() knows the columns; then at the first next(). With per_batch and per_group the
// types that the answers of the first run have are those of all others.
//
// Throws Error when the command cannot be started; when it ends with a status other than 0 or by a
// signal; when it ends before it has read all rows (both name the rows); when its output cannot be
// read with the options, as a scan does; when columns to keep are unknown, or the command would get
// no column, or a kept column has the name of one of the answers; and when the number of answers is
// not that of the rows, with columns to keep. A command that ends leaves no process behind
// (os/command/command_process.h).
OperatorPtr make_apply(OperatorPtr input, ApplyOptions options);

}  // namespace penstock
