#include "tools/programs/table_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/stage/describe.h"
#include "libcore/stage/shared_options.h"
#include "libcore/table/change/change_options.h"
#include "libcore/table/create.h"

namespace penstock {
namespace {

// The format of a new table's data. Throws a usage Error for options of text.
TableFormat data_format(const Writing& writing) {
  const Format format = writing.to.value_or(Format::kArrow);
  if (format != Format::kArrow && format != Format::kParquet) {
    throw Error::usage("the data of a table is written as arrow or parquet, not " +
                       std::string(name_of(format)));
  }
  (void)writing.text(format);
  return format == Format::kParquet ? TableFormat::kParquet : TableFormat::kArrow;
}

std::string count_of(int64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Of the version that a change is.
std::string version_text(const TableChanged& changed) {
  std::string text = fmt::format("version {}", changed.version);
  if (changed.rebases == 0) return text;
  return text + ", rebased " + count_of(changed.rebases, "time") + " over " +
         count_of(changed.versions_between, "version") + " of others";
}

std::string partitions_text(const TableChanged& changed) {
  if (!changed.is_partitioned) return {};
  return count_of(changed.partitions, "partition") + " of ";
}

// Gives the rows of the inputs to `put`, which changes the table that the stage's first word names.
TableChanged put_rows(StageRun& run, ChangeOptions& how, bool makes_table,
                      const std::function<TableChanged(Operator&)>& put) {
  const Writing& writing = run.stage().writing();
  (void)data_format(writing);
  if (writing.to && !makes_table) {
    throw Error::usage("-t is of a table that is made; this one keeps the format of its data");
  }
  how.folder = run.stage().word(0);
  how.spill = run.stage().spill();
  how.sync = writing.no_sync ? Sync::kNo : Sync::kYes;
  how.tell = [&run](const std::string& text) { run.verbose_note(text); };
  // Left as it is when the run ends: its threads may wait in a read.
  Operator& input = *run.open_all().release();
  TableChanged changed = put(input);
  run.count_output(changed.inserted + changed.updated, 0);
  if (!changed.note.empty()) run.note(changed.note);
  run.end_rejects();
  return changed;
}

NewTable new_table(StageRun& run, const SplitOptions& options) {
  const Writing& writing = run.stage().writing();
  NewTable table;
  table.layout.format = data_format(writing);
  if (!options.columns.empty() && table.layout.format == TableFormat::kParquet) {
    throw Error::usage(
        "--columns is for Arrow data; other programs could not read Parquet whose columns lie "
        "apart");
  }
  table.folder = *options.listed;
  table.partition_columns = options.by;
  if (options.by.empty() && !options.undivided) {
    table.layout.partitioning = partition_options(options);
  }
  table.layout.sort = options.sort;
  table.replaces = options.force;
  table.spill = run.stage().spill();
  table.sync = writing.no_sync ? Sync::kNo : Sync::kYes;
  return table;
}

void tell_table(StageRun& run, const NewTable& table, const TableWritten& written) {
  run.count_output(written.rows, 0);
  if (!written.note.empty()) run.note(written.note);
  run.verbose_note(fmt::format("{} written to {} of {}, version {}", count_of(written.rows, "row"),
                               count_of(written.files, "file"), table.folder, written.version));
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
  table.layout.groups = choose_groups(options.columns, options.by, *input.schema());
  const TableWritten written = create_table(input, table);
  tell_table(run, table, written);
  run.end_rejects();
  return 0;
}

int insert_into_table(StageRun& run, Insertion how) {
  how.format = data_format(run.stage().writing());
  const TableChanged changed =
      put_rows(run, how, how.creates, [&](Operator& input) { return insert_rows(input, how); });
  run.verbose_note(fmt::format("{} inserted into {}{}, {}", count_of(changed.inserted, "row"),
                               partitions_text(changed), how.folder, version_text(changed)));
  return 0;
}

int upsert_into_table(StageRun& run, Upsert how) {
  const TableChanged changed =
      put_rows(run, how, false, [&](Operator& input) { return upsert_rows(input, how); });
  run.verbose_note(fmt::format("{} inserted and {} updated in {}{}, {} written again, {}",
                               count_of(changed.inserted, "row"), changed.updated,
                               partitions_text(changed), how.folder,
                               count_of(changed.files, "file"), version_text(changed)));
  return 0;
}

int change_table(const Invocation& invocation, const TableProgram& program) {
  Command command(program.text);
  ChangeOptions options;
  Answers answers;
  bool no_sync = false;
  command.group(OptionGroup::kOperation);
  program.declare(command);
  add_change_options(command, options);
  add_spill_options(command, options.spill);
  command.group(OptionGroup::kWriting);
  command.add(option::kNoSync, no_sync);
  answers.add_options(command);
  const std::vector<std::string> operands = command.parse(invocation.argc, invocation.argv);
  if (answers.is_asked()) {
    print_answer(answers, command,
                 [&] { return program_description_json(command, program.operation); });
    return 0;
  }
  if (operands.empty()) throw Error::usage("TABLE is missing");
  if (operands.size() > 1) throw Error::usage("too many operands: '" + operands[1] + "'");
  program.require_valid();
  options.folder = operands[0];
  options.sync = no_sync ? Sync::kNo : Sync::kYes;
  if (answers.verbose) {
    options.tell = [&](const std::string& text) { print_note(program.text.name, text); };
  }
  const TableChanged changed = program.change(options);
  if (!changed.note.empty() && !answers.quiet) print_note(program.text.name, changed.note);
  if (!answers.verbose) return 0;
  const bool updates = changed.updated > 0;
  print_note(program.text.name,
             fmt::format("{} {} in {}{}, {} written again, {}",
                         count_of(updates ? changed.updated : changed.deleted, "row"),
                         updates ? "updated" : "deleted", partitions_text(changed), options.folder,
                         count_of(changed.files, "file"), version_text(changed)));
  return 0;
}

}  // namespace penstock
