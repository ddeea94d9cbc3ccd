// pfilter: the rows for which a condition holds.
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/filter.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pfilter", "EXPR [INPUT]", "keep the rows for which a condition holds"};

int run(int argc, char** argv) {
  Tool tool(kText, {{"EXPR"}, 0, 1});
  auto describe = [&] {
    Description about;
    about.operation = "filter";
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    about.expressions = {tool.word(0)};
    return about;
  };
  if (!tool.parse(argc, argv, describe)) return 0;
  return tool.write(make_filter(tool.open_all(), tool.word(0)));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
