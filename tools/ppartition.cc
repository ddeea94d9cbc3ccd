// ppartition: splits a stream into files, FIFOs and process substitutions, or into a file a value.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "libcore/os/open_files.h"
#include "libcore/partition/deal_rows.h"
#include "libcore/partition/outputs.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/partition/split_files.h"
#include "libcore/partition/split_options.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"
#include "tools/programs/writer_stage.h"

namespace penstock {
namespace {

void tell_rows(StageRun& tool, const SplitOptions& options, const PartitionOutputs& outputs) {
  int64_t all = 0;
  int64_t largest = 0;
  for (size_t i = 0; i < options.outputs.size(); ++i) {
    int64_t rows = outputs.rows(i);
    all += rows;
    largest = std::max(largest, rows);
    tool.verbose_note(std::to_string(rows) + (rows == 1 ? " row" : " rows") + " written to " +
                      options.outputs[i]);
  }
  tool.count_output(all, 0);
  double mean = static_cast<double>(all) / static_cast<double>(options.outputs.size());
  if (all > 0) {
    tool.verbose_note(fmt::format("the largest partition has {:.2f} times the mean of {:.1f} rows",
                                  static_cast<double>(largest) / mean, mean));
  }
  if (outputs.spilled_bytes() > 0) {
    tool.verbose_note(std::to_string(outputs.spilled_bytes()) + " bytes were put aside on disk");
  }
}

int split(StageRun& tool, const SplitOptions& options) {
  PartitionOptions how = partition_options(options);
  allow_open_files(how.partitions, "outputs", "use fewer partitions");
  std::vector<PartitionOutput> to;
  for (const std::string& output : options.outputs)
    to.push_back({output, tool.print_options(output)});
  // Left as it is when the run ends: its threads may wait in a read.
  Operator& input = *tool.open_all().release();
  require_partition_keys(how, *input.schema());
  SchemaPtr schema = partitioned_schema(how, *input.schema());
  SpillOptions spill = tool.stage().spill();
  const bool samples = options.samples();
  if (options.range && !samples) {
    how.bounds = parse_bounds(*options.range, *input.schema(), how.keys);
  }
  // A sampled input is put aside beside the outputs' rows.
  if (samples && how.partitions > 1) spill.memory /= 2;
  PartitionOutputs outputs(std::move(to), schema, spill);
  deal_rows(input, how, tool.stage().spill(), outputs);
  tell_rows(tool, options, outputs);
  tool.end_rejects();
  return 0;
}

int write_files(StageRun& tool, const SplitOptions& options) {
  FileSplit split;
  split.keys = options.by;
  split.rows = options.rows_each;
  split.pattern = *options.listed;
  split.force = options.force;
  split.memory = tool.stage().spill().memory;
  const PrintOptions print = tool.print_options(split.pattern);
  // Left as it is when the run ends, as above.
  Operator& input = *tool.open_all().release();
  const FileSplitCounts written = split_into_files(input, split, print);
  tool.count_output(written.rows, 0);
  tool.verbose_note(fmt::format("{} row{} written to {} file{}", written.rows,
                                written.rows == 1 ? "" : "s", written.files,
                                written.files == 1 ? "" : "s"));
  tool.end_rejects();
  return 0;
}

class PartitionStage : public WriterStage<PartitionStage> {
 public:
  PartitionStage() : WriterStage(ppartition_tool().kind) {}

  const SplitOptions& options() const { return options_; }

  void declare(Command& command) override {
    add_split_options(command, options_);
    add_spill_options(command, spill());
  }

  void take_outputs(std::vector<std::string>& operands) override {
    take_split_outputs(options_, operands);
  }

 private:
  SplitOptions options_;
};

int run_partition(StageRun& run) {
  const SplitOptions& options = static_cast<const PartitionStage&>(run.stage()).options();
  if (options.makes_table) return make_table(run, options);
  if (options.makes_files()) return write_files(run, options);
  // A reader that leaves is the affair of its output alone.
  std::signal(SIGPIPE, SIG_IGN);
  return split(run, options);
}

}  // namespace

const Tool& ppartition_tool() {
  static const StageKind kKind{
      .text = {"ppartition",
               "--hash|--range[=BOUNDS]|--round-robin|--by=KEYS|--rows=ROWS [-k KEYS] [-n N] [-S "
               "SIZE] [-T DIR] [-o OUTPUTS] [--sort KEYS] [-c COLS] [--force] [INPUT...] "
               "[OUTPUT...]",
               "split a stream into files, pipes or a table"},
      .writes_operands = true,
      .make = make_stage<PartitionStage>};
  static const Tool kTool{kKind, run_partition};
  return kTool;
}

}  // namespace penstock
