// pdelete: deletes rows of a table.
#include <string>

#include "libcore/base/error.h"
#include "libcore/stage/parameters.h"
#include "libcore/table/change/rewrite.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"

namespace penstock {

int run_pdelete(const Invocation& invocation) {
  ExpressionText where;
  TableProgram program{
      {"pdelete", "-w EXPR [--set NAME=VALUE] [--retries N] [-S SIZE] [-T DIR] TABLE",
       "delete rows of a table"},
      "delete"};
  program.declare = [&](Command& command) {
    command.add(with_help(option::kWhere, "delete the rows for which EXPR holds; true is for all"),
                [&](const std::string& text) { where.text = text; });
    command.add(option::kSet,
                [&](const std::string& text) { where.parameters.add(parse_parameter(text)); });
  };
  program.require_valid = [&] {
    if (where.empty()) throw Error::usage("which rows? use -w, with true for all");
  };
  program.change = [&](const ChangeOptions& options) { return delete_rows(where, options); };
  return change_table(invocation, program);
}

}  // namespace penstock
