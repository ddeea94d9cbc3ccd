// pagg: grouping and aggregation.
#include <algorithm>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/cli/tool.h"
#include "libcore/data/compare.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/window.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pagg",
                            "[-k KEYS] [--partial] [--final] 'AGG(...) [as NAME], ...' [INPUT]",
                            "group rows and aggregate each group"};

constexpr Option kSorted{'\0', "sorted", "",
                         "the input is sorted by the keys, as psort -k KEYS does it: give each "
                         "group when it ends; a row out of order is an error"};
constexpr Option kPartial{'\0', "partial", "",
                          "give each group's state, for --final to put together"};
constexpr Option kFinal{'\0', "final", "",
                        "put together what --partial gave, for the same aggregates and keys"};

// The words of the stages before and after an exchange.
Split split(const std::string& keys, const std::string& list, bool in_turn) {
  Split split;
  for (std::vector<std::string>* words : {&split.local, &split.final}) {
    words->push_back("pagg");
    words->push_back(words == &split.local ? "--partial" : "--final");
    if (!keys.empty()) words->insert(words->end(), {"-k", keys});
    if (list.starts_with('-')) words->push_back("--");
    words->push_back(list);
  }
  split.in_turn = in_turn;
  return split;
}

// The columns of its input that an aggregation looks at; all where something is wrong with it,
// which it says itself.
std::optional<std::vector<std::string>> columns_of(const std::vector<std::string>& keys,
                                                   const std::string& list, const Schema& input) {
  try {
    std::vector<std::string> columns = referenced_columns(list, input);
    for (const std::string& key : keys) {
      const std::string& name = input[input.index_of(key)].name;
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
    return columns;
  } catch (const Error&) {
    return std::nullopt;
  }
}

constexpr Option kWindow{'\0', "window", "",
                         "give every row, with the aggregates of its group behind, instead of each "
                         "group"};

}  // namespace

int penstock::run_pagg(const Invocation& invocation) {
  Tool& tool = Tool::make(kText, {{"AGG"}, 0, 1});
  std::string key_text;
  std::vector<std::string> keys;
  AggregateOptions options;
  tool.command().add(
      with_help(option::kKey, "the columns that make a group; without them all rows are one"),
      [&](const std::string& text) {
        key_text = text;
        keys = parse_key_names(text);
      });
  tool.command().add(kSorted, options.sorted);
  tool.add_spill_options(options.spill);
  tool.command().add(kPartial, options.partial);
  tool.command().add(kFinal, options.final);
  bool window = false;
  tool.command().add(kWindow, window);
  auto describe = [&] {
    Description about;
    about.operation = "aggregate";
    Placement placement{Placement::Kind::kSingle, {}};
    if (!keys.empty()) placement = {Placement::Kind::kHash, keys};
    if (options.partial) placement = {};
    about.needs = {{placement}};
    // States of groups stand in the order of their first rows: from the parts of an input, one part
    // after the other, they are put together as if they were its rows.
    about.keeps = {options.partial, !keys.empty(), window};
    AggregateTraits traits;
    if (!tool.word(0).empty()) traits = traits_of_aggregates(tool.word(0));
    about.uses_order = traits.depends_on_order || options.sorted;
    if (!options.partial && !window) about.group_keys = keys;
    if (!options.final) {
      about.columns = keys;
      about.expressions = {tool.word(0)};
    }
    bool splits =
        !window && !options.partial && !options.final && !options.sorted && !tool.word(0).empty();
    if (splits && !traits.holistic) {
      about.split = split(key_text, tool.word(0), traits.depends_on_order);
    }
    return about;
  };
  if (!tool.parse(invocation, describe)) return 0;
  if (window) {
    bool other = options.partial || options.final || options.sorted;
    if (other) throw Error::usage("--window excludes --partial, --final and --sorted");
    return tool.write(make_window(tool.open_all(), keys, tool.word(0), options.spill));
  }
  if (!options.final) {
    tool.choose_columns([&](const Schema& input) { return columns_of(keys, tool.word(0), input); });
  }
  return tool.write(make_aggregate(tool.open_all(), keys, tool.word(0), options));
}
