// pfilter: the rows for which a condition holds.
#include "libcore/cli/tool.h"
#include "libcore/ops/filter.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pfilter", "EXPR [INPUT]", "keep the rows for which a condition holds"};

}  // namespace

int penstock::run_pfilter(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{"EXPR"}, 0, 1});
  auto describe = [&] {
    Description about;
    about.operation = "filter";
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    about.expressions = {tool.word(0)};
    return about;
  };
  if (!tool.parse(invocation, describe)) return 0;
  return tool.write(make_filter(tool.open_all(), tool.word(0)));
}
