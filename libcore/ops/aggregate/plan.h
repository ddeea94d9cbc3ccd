// What an aggregation computes, from which columns, and what it returns: everything that is known
// before the first row.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/expr/expression.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/groups.h"

namespace penstock {

struct AggregatePlan {
  // Throws Error as make_aggregate() does.
  AggregatePlan(const Schema& input, const std::vector<std::string>& keys,
                const ExpressionText& list, AggregateOptions options);

  AggregateGroups make_groups() const { return AggregateGroups(key_fields, calls); }

  // Adds a batch of the input, which is rows or partial aggregates.
  void add(AggregateGroups& groups, const Batch& batch) const;

  // Returns the groups [begin, begin + rows) as output: with options.partial their states, else
  // what the list computes from their results.
  Batch output_of(AggregateGroups& groups, int64_t begin, int64_t rows) const;

  AggregateOptions options;
  std::vector<Field> key_fields;  // plain types
  std::vector<AggregateCall> calls;
  // Columns of the input: the keys, or with options.final the keys and the states, in the order of
  // the states.
  std::vector<size_t> input_columns;
  SchemaPtr states;   // of AggregateGroups::states()
  SchemaPtr results;  // keys, then #0, #1, …
  SchemaPtr schema;   // of the output

 private:
  void bind_rows(const Schema& input, const std::vector<std::string>& keys,
                 const ExpressionText& list);
  void bind_partials(const Schema& input, const std::vector<std::string>& keys,
                     const ExpressionText& list);
  void bind(const Schema& schema, const std::vector<std::string>& keys, const ExpressionText& list);

  std::shared_ptr<const SelectList> outputs_;
  Metadata partial_metadata_;
};

}  // namespace penstock
