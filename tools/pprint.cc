// pprint: a stream as text: a table on a terminal, CSV otherwise.
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pprint", "[-t FORMAT] [-o FILE] [INPUT]",
                            "write a stream as text, or as an aligned table"};

int run(int argc, char** argv) {
  Tool tool(kText, {{}, 0, 1});
  tool.set_default_format(Format::kCsv);
  auto describe = [] {
    Description about;
    about.operation = "print";
    about.needs = {{{Placement::Kind::kSingle, {}}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    return about;
  };
  if (!tool.parse(argc, argv, describe)) return 0;
  return tool.write(tool.open_all());
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
