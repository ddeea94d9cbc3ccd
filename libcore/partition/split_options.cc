#include "libcore/partition/split_options.h"

#include <algorithm>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/partition/output_names.h"

namespace penstock {
namespace {

// What --range means without bounds.
constexpr const char* kSampledRange = "sample";

int64_t parse_partitions(const std::string& text) {
  auto count = parse_int64(text);
  if (!count || *count < 1 || *count > kMaxPartitions) {
    throw Error::usage("'" + text + "' is not a number of partitions, 1 to " +
                       std::to_string(kMaxPartitions));
  }
  return *count;
}

int64_t parse_rows_each(const std::string& text) {
  auto rows = parse_int64(text);
  if (!rows || *rows < 1) throw Error::usage("'" + text + "' is not a number of rows, from 1 on");
  return *rows;
}

void require_one_kind(const SplitOptions& options) {
  const int kinds = int{options.hash} + int{options.round_robin} + int{options.range.has_value()} +
                    int{!options.by.empty()} + int{options.rows_each > 0};
  if (kinds == 1) return;
  throw Error::usage("one of --hash, --range, --round-robin, --by and --rows must be given");
}

// One partition, and one file, may have a name as it is: then only a name that says so is a table.
bool names_table(const SplitOptions& options) {
  if (!options.listed || options.rows_each > 0) return false;
  const std::string& name = *options.listed;
  if (!options.by.empty()) return name.find_first_of("{}") == name.npos;
  if (name.find_first_of(",%") != name.npos) return false;
  return options.partitions != 1 || name.ends_with('/') || std::filesystem::is_directory(name);
}

}  // namespace

bool SplitOptions::samples() const {
  return range == kSampledRange;
}

void add_split_options(Command& command, SplitOptions& options) {
  command.add(
      Option{'\0', "hash", "", "put rows with equal keys into the same partition, by their hash"},
      options.hash);
  command.add(Option{'\0', "range", "BOUNDS",
                     "put ranges of keys into partitions: each of BOUNDS begins the next one, as "
                     "in =10,20,30; without them (or with =sample) the whole input is read first, "
                     "to find bounds that divide the rows evenly",
                     Complete::kNothing, "", kSampledRange},
              [&](const std::string& text) { options.range = text; });
  command.add(Option{'\0', "round-robin", "", "put rows into the partitions in turn"},
              options.round_robin);
  command.add(Option{'\0', "by", "KEYS",
                     "write a file for each value of the columns KEYS, NAME,..., which the name "
                     "that -o gives holds as in {NAME}; a table has them as partition columns",
                     Complete::kColumns},
              [&](const std::string& text) { options.by = parse_key_names(text); });
  command.add(Option{'\0', "rows", "ROWS",
                     "write files of ROWS rows each, whose numbers the name that -o gives holds as "
                     "{n}"},
              [&](const std::string& text) { options.rows_each = parse_rows_each(text); });
  command.add(with_help(option::kSortKey,
                        "the keys: NAME,... for --hash, NAME[:asc|:desc][:nulls-first"
                        "|:nulls-last],... for --range"),
              [&](const std::string& text) { options.keys = parse_sort_keys(text); });
  command.add(Option{'n', "partitions", "N", "the number of partitions, 1 to 4096"},
              [&](const std::string& text) { options.partitions = parse_partitions(text); });
  command.add(
      Option{'o', "output", "OUTPUTS",
             "write to OUTPUTS instead of the last operands: names separated by commas, one with "
             "%d for the number of a partition, or the pattern of the names of --by and --rows, "
             "whose files appear only when they are complete; one name alone, without a place for "
             "numbers or values, is the directory of a table that is made",
             Complete::kFile},
      [&](const std::string& text) { options.listed = text; });
  command.add(Option{'\0', "sort", "KEYS",
                     "sort the rows of each partition of a table by KEYS, "
                     "NAME[:asc|:desc][:nulls-first|:nulls-last],...",
                     Complete::kColumns},
              [&](const std::string& text) { options.sort = parse_sort_keys(text); });
  command.add(Option{'\0', "force", "",
                     "replace files that operands, --by or --rows name as outputs, even if they "
                     "are not empty, inputs that are outputs too, and the rows of a table"},
              options.force);
}

void take_split_outputs(SplitOptions& options, std::vector<std::string>& operands) {
  require_one_kind(options);
  options.makes_table = names_table(options);
  if (!options.makes_table && !options.sort.empty()) {
    throw Error::usage("--sort is for tables; sort the rows with psort first");
  }
  const bool finds_partitions = !options.by.empty() || options.rows_each > 0;
  if (finds_partitions) {
    const std::string kind = options.by.empty() ? "--rows" : "--by";
    if (!options.listed) throw Error::usage(kind + " needs the names of its files; use -o");
    if (options.partitions != 0) throw Error::usage("-n has no meaning with " + kind);
    if (!options.keys.empty()) throw Error::usage("-k has no meaning with " + kind);
    return;
  }
  if (options.partitions == 0) {
    throw Error::usage("the number of partitions is missing; use -n");
  }
  if (options.makes_table) return;
  options.outputs = options.listed ? listed_output_names(*options.listed, options.partitions)
                                   : take_output_names(operands, options.partitions, options.force);
  if (!options.force) refuse_inputs_as_outputs(options.outputs, operands);
}

PartitionOptions partition_options(const SplitOptions& options) {
  PartitionOptions how;
  if (options.range) how.kind = PartitionKind::kRange;
  if (options.round_robin) how.kind = PartitionKind::kRoundRobin;
  how.keys = options.keys;
  how.partitions = options.partitions;
  // A direction would have no meaning.
  if (options.hash && !how.keys.empty()) parse_key_names(to_string(how.keys));
  return how;
}

}  // namespace penstock
