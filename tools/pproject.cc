// pproject: computed columns.
#include "libcore/cli/tool.h"
#include "libcore/ops/project.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pproject", "'EXPR [as NAME], ...' [INPUT]",
                            "choose, rename and compute columns"};

}  // namespace

int penstock::run_pproject(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{"EXPR"}, 0, 1});
  auto describe = [&] {
    Description about;
    about.operation = "project";
    about.needs = {{{}}};
    about.keeps = {true, true, false};
    about.columns.emplace();
    about.expressions = {tool.word(0)};
    return about;
  };
  if (!tool.parse(invocation, describe)) return 0;
  return tool.write(make_project(tool.open_all(), tool.word(0)));
}
