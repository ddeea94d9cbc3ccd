// pmerge: several streams as one, as they come or in the order of keys.
#include "libcore/base/error.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/merge/merge.h"
#include "libcore/os/open_files.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{
    "pmerge", "[-k KEYS] [--in-turn] INPUT...",
    "merge inputs as they come, one after the other, or sorted ones in order"};
constexpr Option kInTurn{'\0', "in-turn", "",
                         "all rows of the first input, then those of the second, and so on; all "
                         "are read at the same time, and what comes too early is kept"};

Description describe(const std::vector<SortKey>& keys) {
  Description about;
  about.operation = "merge";
  Placement::Kind kind = keys.empty() ? Placement::Kind::kAny : Placement::Kind::kSingle;
  about.needs = {{{kind, {}}}};
  about.keeps.columns = true;
  about.order = to_string(keys);
  std::vector<std::string> names;
  for (const SortKey& key : keys)
    names.push_back(key.name);
  about.columns = names;
  return about;
}

}  // namespace

int penstock::run_pmerge(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 1, -1});
  std::vector<SortKey> keys;
  tool.command().add(with_help(option::kKey,
                               "the order of the inputs, which the output keeps: "
                               "NAME[:asc|:desc][:nulls-first|:nulls-last],..."),
                     [&](const std::string& text) { keys = parse_sort_keys(text); });
  bool in_turn = false;
  tool.command().add(kInTurn, in_turn);
  SpillOptions spill;
  tool.add_spill_options(spill);
  if (!tool.parse(invocation, [&] { return describe(keys); })) return 0;
  if (in_turn && !keys.empty()) throw Error::usage("--in-turn and --key exclude each other");
  if (tool.inputs().size() > 2) tool.use_no_threads();
  allow_open_files(std::ssize(tool.inputs()));
  std::vector<MergeInput> inputs;
  for (const std::string& operand : tool.inputs()) {
    inputs.push_back({operand, tool.open(operand)});
  }
  if (in_turn) return tool.write(make_merge_in_turn(std::move(inputs), spill));
  return tool.write(make_merge(std::move(inputs), keys));
}
