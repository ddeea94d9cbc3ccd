// phead: the first rows.
#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/head.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"phead", "-n ROWS [INPUT]", "keep the first rows"};

Description describe(std::optional<int64_t> rows) {
  Description about;
  about.operation = "head";
  about.needs = {{{Placement::Kind::kSingle, {}}}};
  about.keeps = {true, true, true};
  if (rows) {
    std::vector<std::string> words{"phead", "-n", std::to_string(*rows)};
    about.split = Split{words, "", words, true};
  }
  about.columns.emplace();
  return about;
}

int run(int argc, char** argv) {
  Tool tool(kText, {{}, 0, 1});
  std::optional<int64_t> rows;
  tool.command().add(option::kRows, [&](const std::string& text) { rows = parse_rows(text); });
  if (!tool.parse(argc, argv, [&] { return describe(rows); })) return 0;
  if (!rows) throw Error::usage("how many rows? use -n");
  return tool.write(make_head(tool.open_all(), *rows));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
