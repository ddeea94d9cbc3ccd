// pscan: reads text, streams and files, with projection and selection pushed into the reading.
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pscan",
                            "[-c COLS] [-w EXPR] [--types SPEC] [--schema FILE] [--partition I/N] "
                            "[--chunks FILE] [INPUT...]",
                            "scan text, Arrow streams and files, with projection and selection"};

int run(int argc, char** argv) {
  Tool tool(kText, {{}, 0, -1});
  tool.add_scan_options();
  auto describe = [] {
    Description about;
    about.operation = "scan";
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    return about;
  };
  if (!tool.parse(argc, argv, describe)) return 0;
  return tool.write(tool.open_all());
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
