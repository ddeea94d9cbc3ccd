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

int count_kinds(const SplitOptions& options) {
  return int{options.hash} + int{options.round_robin} + int{options.range.has_value()} +
         int{!options.by.empty()} + int{options.rows_each > 0} + int{options.undivided};
}

void require_one_kind(const SplitOptions& options) {
  if (count_kinds(options) == 1) return;
  throw Error::usage("one of --hash, --range, --round-robin, --by and --rows must be given");
}

// One partition, and one file, may have a name as it is: then only a name that says so is a table.
bool names_table(const SplitOptions& options) {
  if (!options.listed || options.rows_each > 0) return false;
  const std::string& name = *options.listed;
  if (!options.by.empty()) return name.find_first_of("{}") == name.npos;
  if (options.undivided) return true;
  if (name.find_first_of(",%") != name.npos) return false;
  return options.partitions != 1 || name.ends_with('/') || std::filesystem::is_directory(name);
}

void add_kinds(Command& command, SplitOptions& options) {
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
}

void add_by(Command& command, const char* help, SplitOptions& options) {
  command.add(Option{'\0', "by", "KEYS", help, Complete::kColumns},
              [&](const std::string& text) { options.by = parse_key_names(text); });
}

void add_keys(Command& command, SplitOptions& options) {
  command.add(with_help(option::kSortKey,
                        "the keys: NAME,... for --hash, NAME[:asc|:desc][:nulls-first"
                        "|:nulls-last],... for --range"),
              [&](const std::string& text) { options.keys = parse_sort_keys(text); });
  command.add(Option{'n', "partitions", "N", "the number of partitions, 1 to 4096"},
              [&](const std::string& text) { options.partitions = parse_partitions(text); });
}

void add_columns(Command& command, SplitOptions& options) {
  Option columns = with_help(
      option::kColumns,
      "keep these columns of a table of Arrow data apart from the others, in files of their own, "
      "so "
      "that only those are read which are used; COLS is as in pscan; may be given several times, "
      "for a group of columns each");
  columns.repeats = true;
  command.add(columns,
              [&](const std::string& text) { options.columns.push_back(ColumnList::parse(text)); });
}

void add_sort(Command& command, SplitOptions& options) {
  command.add(Option{'\0', "sort", "KEYS",
                     "sort the rows of each partition of a table by KEYS, "
                     "NAME[:asc|:desc][:nulls-first|:nulls-last],...",
                     Complete::kColumns},
              [&](const std::string& text) { options.sort = parse_sort_keys(text); });
}

void require_partitions(const SplitOptions& options) {
  if (options.partitions != 0) return;
  throw Error::usage("the number of partitions is missing; use -n");
}

void refuse_partitions(const SplitOptions& options, const std::string& kind) {
  if (options.partitions != 0) throw Error::usage("-n has no meaning with " + kind);
  if (!options.keys.empty()) throw Error::usage("-k has no meaning with " + kind);
}

}  // namespace

bool SplitOptions::samples() const {
  return range == kSampledRange;
}

void add_split_options(Command& command, SplitOptions& options) {
  add_kinds(command, options);
  add_by(command,
         "write a file for each value of the columns KEYS, NAME,..., which the name that -o gives "
         "holds as in {NAME}; a table has them as partition columns",
         options);
  command.add(Option{'\0', "rows", "ROWS",
                     "write files of ROWS rows each, whose numbers the name that -o gives holds as "
                     "{n}"},
              [&](const std::string& text) { options.rows_each = parse_rows_each(text); });
  add_keys(command, options);
  command.add(
      Option{'o', "output", "OUTPUTS",
             "write to OUTPUTS instead of the last operands: names separated by commas, one with "
             "%d for the number of a partition, or the pattern of the names of --by and --rows, "
             "whose files appear only when they are complete; one name alone, without a place for "
             "numbers or values, is the directory of a table that is made",
             Complete::kFile},
      [&](const std::string& text) { options.listed = text; });
  add_sort(command, options);
  add_columns(command, options);
  command.add(Option{'\0', "force", "",
                     "replace files that operands, --by or --rows name as outputs, even if they "
                     "are not empty, inputs that are outputs too, and the rows of a table"},
              options.force);
}

void add_division_options(Command& command, SplitOptions& options) {
  add_kinds(command, options);
  add_by(command,
         "have the columns KEYS, NAME,..., as partition columns: each combination of their values "
         "has files of its own",
         options);
  command.add(Option{'\0', "undivided", "", "have no partitions"}, options.undivided);
  add_keys(command, options);
  add_sort(command, options);
  add_columns(command, options);
}

bool gives_division(const SplitOptions& options) {
  return count_kinds(options) > 0 || options.partitions != 0 || !options.keys.empty() ||
         !options.sort.empty() || !options.columns.empty();
}

void require_division(const SplitOptions& options) {
  if (count_kinds(options) != 1) {
    throw Error::usage("one of --hash, --range, --round-robin, --by and --undivided must be given");
  }
  if (options.undivided || !options.by.empty()) {
    refuse_partitions(options, options.undivided ? "--undivided" : "--by");
  } else {
    require_partitions(options);
  }
}

void take_split_outputs(SplitOptions& options, std::vector<std::string>& operands) {
  // A table may be divided by its columns alone.
  options.undivided = !options.columns.empty() && count_kinds(options) == 0;
  require_one_kind(options);
  options.makes_table = names_table(options);
  if (!options.makes_table && !options.sort.empty()) {
    throw Error::usage("--sort is for tables; sort the rows with psort first");
  }
  if (!options.makes_table && !options.columns.empty()) {
    throw Error::usage(
        "--columns is for tables, whose directory -o names; choose columns of rows with pproject");
  }
  if (options.undivided) return refuse_partitions(options, "--columns alone");
  const bool finds_partitions = !options.by.empty() || options.rows_each > 0;
  if (finds_partitions) {
    const std::string kind = options.by.empty() ? "--rows" : "--by";
    if (!options.listed) throw Error::usage(kind + " needs the names of its files; use -o");
    refuse_partitions(options, kind);
    return;
  }
  require_partitions(options);
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
