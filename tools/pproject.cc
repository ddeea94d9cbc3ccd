// pproject: computed columns.
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/project.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pproject", "'EXPR [as NAME], ...' [INPUT]",
                            "choose, rename and compute columns"};

int run(int argc, char** argv) {
  Tool tool(kText, {{"EXPR"}, 0, 1});
  auto describe = [&] {
    Description about;
    about.operation = "project";
    about.needs = {{{}}};
    about.keeps = {true, true, false};
    about.columns.emplace();
    about.expressions = {tool.word(0)};
    return about;
  };
  if (!tool.parse(argc, argv, describe)) return 0;
  return tool.write(make_project(tool.open_all(), tool.word(0)));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
