#include "libcore/ops/aggregate/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/expr/aggregates.h"
#include "libcore/keys/known_order.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/partial.h"

namespace penstock {
namespace {

void require_partial_stage(std::span<const AggregateCall> calls) {
  for (const AggregateCall& call : calls) {
    if (!call.holistic) continue;
    throw Error::usage(fmt::format(
        "--partial: {}{} needs all its rows at once and has no partial stage; bring the rows of a "
        "group to one place by the hash of the keys instead",
        call.function->name,
        call.distinct           ? " with distinct"
        : call.order_by.empty() ? ""
                                : " in order"));
  }
}

Field key_field(const Field& field) {
  Field key{field.name, plain(field.type), field.nullable, {}};
  require_key_type(key);
  return key;
}

}  // namespace

AggregatePlan::AggregatePlan(const Schema& input, const std::vector<std::string>& keys,
                             const ExpressionText& list, AggregateOptions wanted)
    : options(std::move(wanted)) {
  for (size_t i = 0; i < keys.size(); ++i) {
    auto begin = keys.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(keys.begin(), begin, keys[i]) != begin) {
      throw Error(fmt::format("key '{}' is named twice", keys[i]), Error::Kind::kUsage);
    }
  }
  if (options.final) {
    bind_partials(input, keys, list);
  } else {
    bind_rows(input, keys, list);
  }
  std::vector<Field> fields = key_fields;
  for (size_t i = 0; i < calls.size(); ++i)
    fields.push_back({fmt::format("#{}", i), calls[i].type, true, {}});
  results = make_schema(std::move(fields));
  auto same_name = [&keys](std::string_view name) -> std::optional<std::string> {
    auto at = std::find(keys.begin(), keys.end(), name);
    return at == keys.end() ? std::nullopt : std::optional(*at);
  };
  Metadata metadata = without_partial(passed_metadata(input.metadata(), same_name));
  if (options.partial) {
    require_partial_stage(calls);
    metadata.insert(metadata.end(), partial_metadata_.begin(), partial_metadata_.end());
    schema = make_schema(states->fields(), std::move(metadata));
    return;
  }
  fields = key_fields;
  const std::vector<Field>& computed = outputs_->schema()->fields();
  fields.insert(fields.end(), computed.begin(), computed.end());
  schema = make_schema(std::move(fields), std::move(metadata));
}

void AggregatePlan::bind(const Schema& input, const std::vector<std::string>& keys,
                         const ExpressionText& list) {
  AggregateList bound = bind_aggregates(list, input, keys);
  calls = std::move(bound.calls);
  outputs_ = std::move(bound.outputs);
  states = make_schema(make_groups().state_fields());
}

void AggregatePlan::bind_rows(const Schema& input, const std::vector<std::string>& keys,
                              const ExpressionText& list) {
  for (const std::string& key : keys) {
    input_columns.push_back(input.index_of(key));
    key_fields.push_back(key_field(input[input_columns.back()]));
  }
  bind(input, keys, list);
  if (!options.partial) return;
  std::vector<Field> used;
  for (const std::string& name : referenced_columns(list, input)) {
    const Field& field = input[input.index_of(name)];
    used.push_back({name, plain(field.type), true, {}});
  }
  partial_metadata_ = partial_metadata(
      {keys, list.text, make_schema(std::move(used)), list.parameters.to_string()});
}

void AggregatePlan::bind_partials(const Schema& input, const std::vector<std::string>& keys,
                                  const ExpressionText& list) {
  PartialAggregate partial = read_partial(input);
  if (partial.list != list.text) {
    throw Error(
        fmt::format("--final: the input holds partial aggregates of '{}'; give the same "
                    "list",
                    partial.list));
  }
  if (partial.set != list.parameters.to_string()) {
    throw Error(
        fmt::format("--final: the partial aggregates were made with other values of --set: {}",
                    partial.set.empty() ? "none" : partial.set));
  }
  std::vector<Field> known = partial.input->fields();
  for (const std::string& key : keys) {
    if (std::find(partial.keys.begin(), partial.keys.end(), key) == partial.keys.end()) {
      throw Error(
          fmt::format("--final: the input's partial aggregates are not by '{}'; their keys "
                      "are {}",
                      key, fmt::join(partial.keys, ", ")));
    }
    input_columns.push_back(input.index_of(key));
    key_fields.push_back(key_field(input[input_columns.back()]));
    if (!partial.input->find(key)) known.push_back(key_fields.back());
  }
  bind(Schema(std::move(known)), keys, list);
  for (size_t i = key_fields.size(); i < states->size(); ++i) {
    const Field& state = (*states)[i];
    std::optional<size_t> column = input.find(state.name);
    if (!column || !equals(*input[*column].type, *state.type)) {
      throw Error(
          fmt::format("--final: the input's partial aggregates have no column '{}' of type "
                      "{}; they are damaged",
                      state.name, state.type->to_string()));
    }
    input_columns.push_back(*column);
  }
  if (options.partial) {
    partial_metadata_ = partial_metadata({keys, partial.list, partial.input, partial.set});
  }
}

void AggregatePlan::add(AggregateGroups& groups, const Batch& batch) const {
  if (!options.final) return groups.add(batch, input_columns);
  Batch partials{states, batch.rows, {}};
  for (size_t column : input_columns)
    partials.columns.push_back(plain(batch.columns[column]));
  groups.merge(partials);
}

Batch AggregatePlan::output_of(AggregateGroups& groups, int64_t begin, int64_t rows) const {
  if (options.partial) return {schema, rows, groups.states(begin, rows)};
  std::vector<ColumnPtr> columns = groups.results(begin, rows);
  Batch computed = outputs_->evaluate({results, rows, columns});
  columns.resize(key_fields.size());
  columns.insert(columns.end(), computed.columns.begin(), computed.columns.end());
  return {schema, rows, std::move(columns)};
}

}  // namespace penstock
