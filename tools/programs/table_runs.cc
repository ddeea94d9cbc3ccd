#include "tools/programs/table_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "libcore/partition/range_bounds.h"
#include "libcore/table/create.h"

namespace penstock {
namespace {

NewTable new_table(StageRun& run, const SplitOptions& options) {
  const Writing& writing = run.stage().writing();
  if (writing.to && *writing.to != Format::kArrow) {
    throw Error::usage("the data of a table is written as arrow, not " +
                       std::string(name_of(*writing.to)));
  }
  (void)writing.text(Format::kArrow);  // throws for options of text
  NewTable table;
  table.folder = *options.listed;
  table.partition_columns = options.by;
  if (options.by.empty()) table.layout.partitioning = partition_options(options);
  table.layout.sort = options.sort;
  table.replaces = options.force;
  table.spill = run.stage().spill();
  table.sync = writing.no_sync ? Sync::kNo : Sync::kYes;
  return table;
}

void tell_table(StageRun& run, const NewTable& table, const TableWritten& written) {
  run.count_output(written.rows, 0);
  run.verbose_note(fmt::format("{} row{} written to {} file{} of {}, version {}", written.rows,
                               written.rows == 1 ? "" : "s", written.files,
                               written.files == 1 ? "" : "s", table.folder, written.version));
  const std::vector<int64_t>& rows = written.partition_rows;
  if (written.rows == 0 || rows.size() < 2) return;
  const double mean = static_cast<double>(written.rows) / static_cast<double>(rows.size());
  const int64_t largest = *std::max_element(rows.begin(), rows.end());
  run.verbose_note(fmt::format("the largest partition has {:.2f} times the mean of {:.1f} rows",
                               static_cast<double>(largest) / mean, mean));
}

}  // namespace

int make_table(StageRun& run, const SplitOptions& options) {
  NewTable table = new_table(run, options);
  // Left as it is when the run ends: its threads may wait in a read.
  Operator& input = *run.open_all().release();
  if (table.layout.partitioning && options.range && !options.samples()) {
    PartitionOptions& how = *table.layout.partitioning;
    require_partition_keys(how, *input.schema());
    how.bounds = parse_bounds(*options.range, *input.schema(), how.keys);
  }
  const TableWritten written = create_table(input, table);
  tell_table(run, table, written);
  run.end_rejects();
  return 0;
}

}  // namespace penstock
