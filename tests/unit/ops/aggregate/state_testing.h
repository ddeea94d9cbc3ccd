// What tests of single aggregates share: a call's state fed with rows of several groups, in one
// piece or in many that are merged, against a reference that looks at a group's rows.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "libcore/expr/expression.h"
#include "libcore/ops/aggregate/state.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock::testing {

inline AggregateCall call_of(const std::string& text, const Schema& schema) {
  return bind_aggregates(text, schema, {}).calls.at(0);
}

// The arguments and order-by columns of some rows, as a state takes them.
inline std::vector<ColumnPtr> arguments_of(const AggregateCall& call, const Batch& rows) {
  std::vector<ColumnPtr> columns;
  for (const ExpressionPtr& argument : call.arguments)
    columns.push_back(plain(argument->evaluate(rows)));
  for (const AggregateCall::Order& order : call.order_by)
    columns.push_back(plain(order.expression->evaluate(rows)));
  return columns;
}

inline AggregateStatePtr state_of(const AggregateCall& call, const Batch& rows,
                                  const std::vector<int32_t>& groups, int64_t count) {
  AggregateStatePtr state = make_aggregate_state(call);
  state->resize(count);
  std::vector<ColumnPtr> columns = arguments_of(call, rows);
  state->add({groups, columns});
  return state;
}

inline std::vector<std::string> texts_of(const Column& column) {
  std::vector<std::string> texts;
  for (int64_t i = 0; i < column.length; ++i) {
    texts.emplace_back(column.is_null(i) ? "null" : "");
    if (column.is_valid(i)) append_text(texts.back(), column, i);
  }
  return texts;
}

// The results of all groups, asked for in two parts.
inline std::vector<std::string> results_of(AggregateState& state, int64_t count) {
  int64_t half = count / 2;
  std::vector<std::string> results = texts_of(*state.finish(0, half));
  std::vector<std::string> rest = texts_of(*state.finish(half, count - half));
  results.insert(results.end(), rest.begin(), rest.end());
  return results;
}

// The results of rows that come in `pieces` pieces: each piece's states are merged into those of
// the pieces before, as partial aggregates are.
inline std::vector<std::string> merged_results(const AggregateCall& call, const Batch& rows,
                                               const std::vector<int32_t>& groups, int64_t count,
                                               int64_t pieces) {
  AggregateStatePtr all = make_aggregate_state(call);
  all->resize(count);
  std::vector<int32_t> numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(static_cast<int32_t>(i));
  for (int64_t piece = 0; piece < pieces; ++piece) {
    int64_t begin = rows.rows * piece / pieces;
    int64_t end = rows.rows * (piece + 1) / pieces;
    AggregateStatePtr state = state_of(call, slice(rows, begin, end - begin),
                                       {groups.begin() + begin, groups.begin() + end}, count);
    std::vector<ColumnPtr> states = state->states(0, count);
    std::vector<Field> fields = state->state_fields();
    EXPECT_EQ(states.size(), fields.size());
    for (size_t c = 0; c < states.size(); ++c) {
      EXPECT_TRUE(equals(*states[c]->type, *fields[c].type)) << fields[c].name;
      validate(*states[c]);
    }
    all->merge({numbers, states});
  }
  return results_of(*all, count);
}

// The rows of one group, in their order.
inline Batch rows_of_group(const Batch& rows, const std::vector<int32_t>& groups, int32_t group) {
  std::vector<RowIndex> wanted;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] == group) wanted.push_back(static_cast<RowIndex>(i));
  }
  return take(rows, wanted);
}

// Expects of a call, over `rows` put into groups at random (some get none), what `reference` gives
// for each group's rows, in one piece and merged from several.
inline void expect_of_each_group(const std::string& text, const Batch& rows, uint64_t seed,
                                 const std::function<std::string(const Batch&)>& reference) {
  constexpr int64_t kGroups = 9;
  Random random(seed);
  std::vector<int32_t> groups;
  for (int64_t i = 0; i < rows.rows; ++i)
    groups.push_back(static_cast<int32_t>(random() % (kGroups - 1)));
  std::vector<std::string> expected;
  for (int32_t group = 0; group < kGroups; ++group)
    expected.push_back(reference(rows_of_group(rows, groups, group)));
  AggregateCall call = call_of(text, *rows.schema);
  AggregateStatePtr state = state_of(call, rows, groups, kGroups);
  EXPECT_EQ(results_of(*state, kGroups), expected) << text << " of " << call.type->to_string();
  for (int64_t pieces : {1, 2, 7}) {
    EXPECT_EQ(merged_results(call, rows, groups, kGroups, pieces), expected)
        << text << " of " << call.type->to_string() << " in " << pieces << " pieces";
  }
}

}  // namespace penstock::testing
