#include "libcore/ops/aggregate/state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/expr/aggregates.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

// The words in backquotes of a cell, each once.
std::vector<std::string> quoted_words(const std::string& cell) {
  std::vector<std::string> words;
  for (size_t at = cell.find('`'); at != std::string::npos;) {
    size_t end = cell.find('`', at + 1);
    std::string word = cell.substr(at + 1, end - at - 1);
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    at = cell.find('`', end + 1);
  }
  return words;
}

struct DocumentedState {
  std::vector<std::string> functions;
  std::vector<std::string> columns;
};

// The table of STATE.md under "States".
std::vector<DocumentedState> documented_states() {
  std::ifstream file(std::string(PENSTOCK_SOURCE_DIR) + "/libcore/ops/aggregate/STATE.md");
  std::vector<DocumentedState> states;
  bool is_there = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) is_there = line == "## States";
    if (!is_there || !line.starts_with("| `")) continue;
    size_t second = line.find(" | ");
    states.push_back({quoted_words(line.substr(0, second)), quoted_words(line.substr(second))});
  }
  return states;
}

bool is_documented(const std::string& function, const std::vector<Field>& fields) {
  for (const DocumentedState& state : documented_states()) {
    if (std::find(state.functions.begin(), state.functions.end(), function) ==
        state.functions.end()) {
      continue;
    }
    bool same = state.columns.size() == fields.size();
    for (size_t i = 0; same && i < fields.size(); ++i)
      same = state.columns[i] == fields[i].name;
    if (same) return true;
  }
  return false;
}

std::string call_text(const AggregateFunction& function, const std::string& argument) {
  std::string text = std::string(function.name) + "(" + argument;
  if (function.form == AggregateFunction::Form::kValueBy) text += ", i";
  if (function.form == AggregateFunction::Form::kJoined) text += ", ','";
  if (function.form == AggregateFunction::Form::kPair) text += ", x";
  if (function.form == AggregateFunction::Form::kAtFraction) text += ", 0.5";
  return text + ")";
}

// Strangers read and write partial states, by what STATE.md says of them.
TEST(AggregateStates, AreThoseOfThePage) {
  const Schema schema({{"i", int64_type(), true, {}},
                       {"x", float64_type(), true, {}},
                       {"t", utf8_type(), true, {}},
                       {"b", bool_type(), true, {}}});
  int found = 0;
  for (const AggregateFunction& function : aggregate_functions()) {
    if (function.needs != AggregateFunction::Needs::kParts) continue;
    using Takes = AggregateFunction::Takes;
    const bool is_number = function.takes == Takes::kNumber || function.takes == Takes::kFloat;
    const std::vector<std::string> arguments =
        function.takes == Takes::kBool      ? std::vector<std::string>{"b"}
        : function.takes == Takes::kInteger ? std::vector<std::string>{"i"}
        : function.takes == Takes::kText    ? std::vector<std::string>{"t"}
        : is_number                         ? std::vector<std::string>{"i", "x"}
                                            : std::vector<std::string>{"i", "x", "t", "b"};
    for (const std::string& argument : arguments) {
      AggregateCall call = testing::call_of(call_text(function, argument), schema);
      EXPECT_FALSE(call.holistic) << function.name;
      EXPECT_TRUE(
          is_documented(std::string(function.name), make_aggregate_state(call)->state_fields()))
          << function.name << " of " << argument;
      ++found;
    }
  }
  EXPECT_GT(found, 30);
}

}  // namespace
}  // namespace penstock
