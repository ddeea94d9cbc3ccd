// psort: sorts rows by keys; with -n the first of what would be sorted.
#include "libcore/base/error.h"
#include "libcore/cli/tool.h"
#include "libcore/ops/sort/sort.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"psort", "-k KEYS [-n ROWS] [-S SIZE] [-T DIR] [INPUT]",
                            "sort rows by keys"};

Description describe(const SortOptions& sort) {
  Description about;
  about.operation = "sort";
  about.needs = {{{Placement::Kind::kSingle, {}}}};
  about.keeps.columns = true;
  about.order = to_string(sort.keys);
  Split split;
  split.local = {"psort", "-k", about.order};
  split.merge = about.order;
  if (sort.limit) {
    std::string rows = std::to_string(*sort.limit);
    split.local.insert(split.local.end(), {"-n", rows});
    split.final = {"phead", "-n", rows};
  }
  if (!sort.keys.empty()) about.split = split;
  std::vector<std::string> names;
  for (const SortKey& key : sort.keys)
    names.push_back(key.name);
  about.columns = names;
  return about;
}

}  // namespace

int penstock::run_psort(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{}, 0, 1});
  SortOptions sort;
  tool.command().add(with_help(option::kKey,
                               "sort by NAME[:asc|:desc][:nulls-first|:nulls-last],...; of lines "
                               "(-f lines) it may be left "
                               "out"),
                     [&](const std::string& text) { sort.keys = parse_sort_keys(text); });
  tool.command().add(with_help(option::kRows, "only the first ROWS rows of what is sorted"),
                     [&](const std::string& text) { sort.limit = parse_rows(text); });
  tool.add_spill_options(sort.spill);
  auto add_keys = [&] {
    if (sort.keys.empty() && tool.reads_lines()) sort.keys = {{"line", false, false}};
  };
  bool goes_on = tool.parse(invocation, [&] {
    add_keys();
    return describe(sort);
  });
  if (!goes_on) return 0;
  add_keys();
  if (sort.keys.empty()) throw Error::usage("no keys; use -k");
  return tool.write(make_sort(tool.open_all(), sort));
}
