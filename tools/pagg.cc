// pagg: grouping and aggregation.
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/data/compare.h"
#include "libcore/ops/aggregate.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pagg", "[-k KEYS] 'AGG(...) [as NAME], ...' [INPUT]",
                            "group rows and aggregate each group"};

int run(int argc, char** argv) {
  Tool tool(kText, {{"AGG"}, 0, 1});
  std::vector<std::string> keys;
  tool.command().add(
      with_help(option::kKey, "the columns that make a group; without them all rows are one"),
      [&](const std::string& text) { keys = parse_key_names(text); });
  auto describe = [&] {
    Description about;
    about.operation = "aggregate";
    Placement placement{Placement::Kind::kSingle, {}};
    if (!keys.empty()) placement = {Placement::Kind::kHash, keys};
    about.needs = {{placement}};
    about.keeps = {false, !keys.empty()};
    return about;
  };
  if (!tool.parse(argc, argv, describe)) return 0;
  return tool.write(make_aggregate(tool.open_all(), keys, tool.word(0)));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
