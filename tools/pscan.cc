// pscan: reads text, streams and files, with projection and selection pushed into the reading.
#include "libcore/cli/tool.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pscan",
                            "[-c COLS] [-w EXPR] [--types SPEC] [--schema FILE] [--partition I/N] "
                            "[--chunks FILE] [INPUT...]",
                            "scan text, Arrow streams and files, with projection and selection"};

}  // namespace

int penstock::run_pscan(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 0, -1});
  tool.add_scan_options();
  auto describe = [] {
    Description about;
    about.operation = "scan";
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    return about;
  };
  if (!tool.parse(invocation, describe)) return 0;
  return tool.write(tool.open_all());
}
