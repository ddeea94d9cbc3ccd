// pupdate: sets columns of rows of a table.
#include <string>

#include "libcore/base/error.h"
#include "libcore/table/change/rewrite.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"

namespace penstock {
namespace {

// Of other tools --set gives parameters; here SQL's word has its own meaning.
constexpr Option kAssign{'\0', "set", "LIST",
                         "set columns to the values of expressions over the row as it was, as in "
                         "'price = price * 2, note = null'"};

}  // namespace

int run_pupdate(const Invocation& invocation) {
  std::string assignments;
  ExpressionText where;
  TableProgram program{{"pupdate", "--set LIST [-w EXPR] [--retries N] [-S SIZE] [-T DIR] TABLE",
                        "change values in rows of a table"},
                       "update"};
  program.declare = [&](Command& command) {
    command.add(kAssign, [&](const std::string& text) { assignments = text; });
    command.add(
        with_help(option::kWhere, "change the rows for which EXPR holds; all rows without it"),
        [&](const std::string& text) { where.text = text; });
  };
  program.require_valid = [&] {
    if (assignments.empty()) throw Error::usage("which columns? use --set 'NAME = EXPR, ...'");
  };
  program.change = [&](const ChangeOptions& options) {
    return update_rows(assignments, where, options);
  };
  return change_table(invocation, program);
}

}  // namespace penstock
