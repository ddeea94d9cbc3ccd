// pprint: a stream as text: a table on a terminal, CSV otherwise.
#include "libcore/cli/tool.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pprint", "[-t FORMAT] [-o FILE] [INPUT]",
                            "write a stream as text, or as an aligned table"};

}  // namespace

int penstock::run_pprint(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 0, 1});
  tool.set_default_format(Format::kCsv);
  auto describe = [] {
    Description about;
    about.operation = "print";
    about.needs = {{{Placement::Kind::kSingle, {}}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    return about;
  };
  if (!tool.parse(invocation, describe)) return 0;
  return tool.write(tool.open_all());
}
