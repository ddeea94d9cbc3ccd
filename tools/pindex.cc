// pindex: makes indexes of a table, and shows, checks and removes them.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/cli/print_rows.h"
#include "libcore/cli/program.h"
#include "libcore/data/compare.h"
#include "libcore/stage/describe.h"
#include "libcore/stage/shared_options.h"
#include "libcore/table/index/check_index.h"
#include "libcore/table/index/make_index.h"
#include "libcore/table/index/stored_indexes.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr CommandText kText{
    "pindex",
    "[-k KEYS] [--name NAME] [--check] [--drop NAME] [-S SIZE] [-T DIR] [-t FORMAT] [-o FILE] "
    "TABLE",
    "make indexes of a table, and show, check and remove them"};

constexpr Option kName{'\0', "name", "NAME",
                       "with -k, the name of the index; the keys with commas between them by "
                       "default"};
constexpr Option kCheck{'\0', "check", "",
                        "compare the indexes with the data, and name each of their files that says "
                        "otherwise; the status is then 1"};
constexpr Option kDrop{'\0', "drop", "NAME", "remove the index NAME"};

struct Task {
  IndexToMake index = {};
  bool check = false;
  std::string drop = {};
  Writing writing = {};
};

void declare(Command& command, Task& task) {
  command.add(with_help(option::kKey,
                        "make an index over these columns, or bring the one that is there up to "
                        "date"),
              [&](const std::string& text) { task.index.keys = parse_key_names(text); });
  command.add(kName, [&](const std::string& text) { task.index.name = text; });
  command.add(kCheck, task.check);
  command.add(kDrop, [&](const std::string& text) { task.drop = text; });
  command.group(OptionGroup::kSpill);
  add_spill_options(command, task.index.spill);
  task.writing.add_options(command, true);
}

void require_valid(const Task& task) {
  const int64_t tasks = static_cast<int64_t>(!task.index.keys.empty()) +
                        static_cast<int64_t>(task.check) + static_cast<int64_t>(!task.drop.empty());
  if (tasks > 1) throw Error::usage("-k, --check and --drop exclude each other");
  if (!task.index.name.empty() && task.index.keys.empty()) {
    throw Error::usage("--name is for an index that -k makes");
  }
}

// Returns the status.
int run(const Task& task, bool is_verbose) {
  const std::string& folder = task.index.folder;
  const auto tell = [&](const std::string& text) {
    if (is_verbose) print_note(kText.name, text);
  };
  if (!task.index.keys.empty()) {
    const IndexMade made = make_index(task.index);
    std::string text = fmt::format("{}: the index {} covers {} more file{} of version {}", folder,
                                   made.name, made.files, made.files == 1 ? "" : "s", made.version);
    if (made.merged > 0) text += fmt::format(", {} pieces merged", made.merged);
    tell(text);
    return 0;
  }
  if (!task.drop.empty()) {
    (void)TableLog(folder).read();
    drop_index(folder, task.drop);
    return 0;
  }
  const TableState state = TableLog(folder).read();
  if (!task.check) {
    print_rows(list_indexes(folder, state), task.writing);
    return 0;
  }
  const IndexCheck found =
      check_indexes(folder, state, task.index.spill,
                    [](const std::string& text) { print_failure(kText.name, text); });
  tell(fmt::format("{}: {} pieces of {} indexes compared, {} damaged", folder, found.pieces,
                   found.indexes, found.damaged));
  return found.damaged > 0 ? 1 : 0;
}

}  // namespace

int run_pindex(const Invocation& invocation) {
  Command command(kText);
  Task task;
  Answers answers;
  command.group(OptionGroup::kOperation);
  declare(command, task);
  answers.add_options(command);
  const std::vector<std::string> operands = command.parse(invocation.argc, invocation.argv);
  if (answers.is_asked()) {
    print_answer(answers, command, [&] { return program_description_json(command, "index"); });
    return 0;
  }
  require_valid(task);
  if (operands.empty()) throw Error::usage("TABLE is missing");
  if (operands.size() > 1) throw Error::usage("too many operands: '" + operands[1] + "'");
  task.index.folder = operands[0];
  task.index.sync = task.writing.no_sync ? Sync::kNo : Sync::kYes;
  return run(task, answers.verbose);
}

}  // namespace penstock
