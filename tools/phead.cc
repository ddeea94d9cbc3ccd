// phead: the first rows.
#include "libcore/base/error.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/head.h"
#include "tools/programs/stages.h"

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

}  // namespace

int penstock::run_phead(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 0, 1});
  std::optional<int64_t> rows;
  tool.command().add(option::kRows, [&](const std::string& text) { rows = parse_rows(text); });
  if (!tool.parse(invocation, [&] { return describe(rows); })) return 0;
  if (!rows) throw Error::usage("how many rows? use -n");
  return tool.write(make_head(tool.open_all(), *rows));
}
