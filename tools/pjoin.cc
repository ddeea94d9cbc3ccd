// pjoin: joins two inputs by equal keys.
#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/join.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pjoin", "[--type TYPE] -k KEYS [LEFT] RIGHT",
                            "join two inputs by equal keys"};
constexpr Option kType{'\0',
                       "type",
                       "TYPE",
                       "inner (the default), left (left rows without a partner too), semi (left "
                       "rows with a partner) or "
                       "anti (left rows without one)",
                       Complete::kWords,
                       "inner left semi anti"};

Description describe(const JoinOptions& join) {
  Description about;
  about.operation = "join";
  std::vector<std::string> left;
  std::vector<std::string> right;
  std::vector<std::string> columns;
  for (const auto& [a, b] : join.keys) {
    left.push_back(a);
    right.push_back(b);
  }
  about.needs = {{{Placement::Kind::kHash, left}, {Placement::Kind::kHash, right}},
                 {{Placement::Kind::kAny, {}}, {Placement::Kind::kBroadcast, {}}}};
  about.keeps = {true, true};
  return about;
}

int run(int argc, char** argv) {
  Tool tool(kText, {{}, 1, 2});
  JoinOptions join;
  tool.command().add(kType, [&](const std::string& text) { join.type = parse_join_type(text); });
  tool.command().add(
      with_help(option::kKey,
                "the columns that must be equal: NAME, or LEFT=RIGHT where the names "
                "differ, separated by commas"),
      [&](const std::string& text) { join.keys = parse_join_keys(text); });
  if (!tool.parse(argc, argv, [&] { return describe(join); })) return 0;
  if (join.keys.empty()) throw Error::usage("no keys; use -k");
  OperatorPtr left = tool.open(tool.inputs()[0]);
  OperatorPtr right = tool.open(tool.inputs()[1]);
  return tool.write(make_join(std::move(left), std::move(right), std::move(join)));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
