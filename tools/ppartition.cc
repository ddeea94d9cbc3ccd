// ppartition: splits a stream into files, FIFOs and process substitutions.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/ops/head.h"
#include "libcore/os/open_files.h"
#include "libcore/partition/deal_rows.h"
#include "libcore/partition/output_names.h"
#include "libcore/partition/outputs.h"
#include "libcore/partition/range_bounds.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

// What --range means without bounds.
constexpr const char* kSampled = "sample";

struct Options {
  bool hash = false;
  bool round_robin = false;
  std::optional<std::string> range;
  std::vector<SortKey> keys;
  int64_t partitions = 0;
  std::vector<std::string> outputs;
  std::optional<std::string> listed;  // -o
  bool force = false;
};

PartitionOptions partition_options(const Options& options) {
  int kinds = int{options.hash} + int{options.round_robin} + int{options.range.has_value()};
  if (kinds != 1) throw Error::usage("one of --hash, --range and --round-robin must be given");
  PartitionOptions how;
  if (options.range) how.kind = PartitionKind::kRange;
  if (options.round_robin) how.kind = PartitionKind::kRoundRobin;
  how.keys = options.keys;
  how.partitions = options.partitions;
  // A direction would have no meaning.
  if (options.hash && !how.keys.empty()) parse_key_names(to_string(how.keys));
  return how;
}

void tell_rows(StageRun& tool, const Options& options, const PartitionOutputs& outputs) {
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

int split(StageRun& tool, const Options& options) {
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
  bool samples = options.range == kSampled;
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

int64_t parse_partitions(const std::string& text) {
  auto count = parse_int64(text);
  if (!count || *count < 1 || *count > kMaxPartitions) {
    throw Error::usage("'" + text + "' is not a number of partitions, 1 to " +
                       std::to_string(kMaxPartitions));
  }
  return *count;
}

void add_options(Command& command, Options& options) {
  command.add(
      Option{'\0', "hash", "", "put rows with equal keys into the same partition, by their hash"},
      options.hash);
  command.add(Option{'\0', "range", "BOUNDS",
                     "put ranges of keys into partitions: each of BOUNDS begins the next one, as "
                     "in =10,20,30; without them (or with =sample) the whole input is read first, "
                     "to find bounds that divide the rows evenly",
                     Complete::kNothing, "", kSampled},
              [&](const std::string& text) { options.range = text; });
  command.add(Option{'\0', "round-robin", "", "put rows into the partitions in turn"},
              options.round_robin);
  command.add(with_help(option::kKey,
                        "the keys: NAME,... for --hash, NAME[:asc|:desc][:nulls-first"
                        "|:nulls-last],... for --range"),
              [&](const std::string& text) { options.keys = parse_sort_keys(text); });
  command.add(Option{'n', "partitions", "N", "the number of partitions, 1 to 4096"},
              [&](const std::string& text) { options.partitions = parse_partitions(text); });
  command.add(
      Option{'o', "output", "OUTPUTS",
             "write to OUTPUTS instead of the last operands: names separated by commas, or one "
             "with %d for the number of a partition; files appear only when they are complete",
             Complete::kFile},
      [&](const std::string& text) { options.listed = text; });
  command.add(Option{'\0', "force", "",
                     "replace files that operands name as outputs, even if they are not empty"},
              options.force);
}

// All columns are used: they are written.
class PartitionStage : public StageOf<PartitionStage> {
 public:
  PartitionStage() : StageOf(ppartition_tool().kind) {}

  const Options& options() const { return options_; }

  void declare(Command& command) override {
    add_options(command, options_);
    add_spill_options(command, spill());
  }

  void take_outputs(std::vector<std::string>& operands) override {
    if (options_.partitions == 0) {
      throw Error::usage("the number of partitions is missing; use -n");
    }
    options_.outputs = options_.listed
                           ? listed_output_names(*options_.listed, options_.partitions)
                           : take_output_names(operands, options_.partitions, options_.force);
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kPartition;
    about.needs = {{{Placement::Kind::kSingle}}};
    return about;
  }

  // Its process writes the rows to the outputs; as an operator it gives none.
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_head(std::move(inputs[0]), 0);
  }

 private:
  Options options_;
};

int run_partition(StageRun& run) {
  // A reader that leaves is the affair of its output alone.
  std::signal(SIGPIPE, SIG_IGN);
  return split(run, static_cast<const PartitionStage&>(run.stage()).options());
}

}  // namespace

const Tool& ppartition_tool() {
  static const StageKind kKind{
      .text = {"ppartition",
               "--hash|--range[=BOUNDS]|--round-robin [-k KEYS] -n N [-S SIZE] [-T "
               "DIR] [-o OUTPUTS|--force] [INPUT] [OUTPUT...]",
               "split a stream into files and pipes"},
      .writes_operands = true,
      .make = make_stage<PartitionStage>};
  static const Tool kTool{kKind, run_partition};
  return kTool;
}

}  // namespace penstock
