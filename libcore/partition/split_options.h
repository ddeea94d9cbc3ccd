// The options of ppartition: where each row goes, and where the outputs are named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/command/command.h"
#include "libcore/data/column_list.h"
#include "libcore/data/compare.h"
#include "libcore/partition/partitioner.h"

namespace penstock {

struct SplitOptions {
  // One of these.
  bool hash = false;
  bool round_robin = false;
  std::optional<std::string> range;  // bounds, or kSampledRange
  std::vector<std::string> by;       // the keys of files of their values
  int64_t rows_each = 0;             // files of so many rows; 0: not so
  bool undivided = false;            // of a table: no partitions

  std::vector<SortKey> keys;
  int64_t partitions = 0;
  bool makes_table = false;           // in the directory `listed`
  std::vector<std::string> outputs;   // of partitions
  std::optional<std::string> listed;  // -o
  std::vector<SortKey> sort;          // of the rows of each partition of a table
  std::vector<ColumnList> columns;    // of a table, that lie apart: a group each
  bool force = false;

  // Whether the rows say how many outputs there are, whose names are made by the pattern of -o.
  bool makes_files() const { return !makes_table && (!by.empty() || rows_each > 0); }
  bool samples() const;
};

// Adds the options to a command; `options` must outlive the command.
void add_split_options(Command& command, SplitOptions& options);

// Adds those of how the rows of a table that is there are divided.
void add_division_options(Command& command, SplitOptions& options);

// Whether one of them is given.
bool gives_division(const SplitOptions& options);

// Throws a usage Error for options of add_division_options() that contradict each other or are
// missing.
void require_division(const SplitOptions& options);

// Takes the outputs from the operands, where they are named there. Throws a usage Error for options
// that contradict each other or are missing.
void take_split_outputs(SplitOptions& options, std::vector<std::string>& operands);

// Returns how rows are partitioned, without the bounds of a range. Throws a usage Error. REQUIRES
// that !makes_files(), and for a table that it is not --by.
PartitionOptions partition_options(const SplitOptions& options);

}  // namespace penstock
