// Expressions in PostgreSQL's grammar, bound to a schema and run column by column.
//
// Semantics are section 6 of the design (expr/README.md has the functions and the type rules):
// three-valued logic; `/` gives float64; integer overflow and division by zero are Errors.
// An Error in an expression has three lines: the message, the expression, a caret below the place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// A bound expression. Immutable; evaluate() may be called from several threads at once.
class Expression {
 public:
  virtual ~Expression() = default;
  virtual const TypePtr& type() const = 0;
  // One column of batch.rows rows. REQUIRES a batch of the schema it was bound to. Throws Error
  // when a row cannot be computed (overflow, division by zero, a cast that fails).
  virtual ColumnPtr evaluate(const Batch& batch) const = 0;
};
using ExpressionPtr = std::shared_ptr<const Expression>;

// A condition: type bool. Throws Error (three lines) when text is not one over `schema`.
ExpressionPtr bind_predicate(std::string_view text, const Schema& schema);

// The rows where a predicate holds (null is no).
std::vector<int32_t> select_rows(const Expression& predicate, const Batch& batch);

// The columns of `schema` that an expression or list (as in pproject or pagg) refers to, without
// repeats, in the schema's order; `*` is all.
std::vector<std::string> referenced_columns(std::string_view list, const Schema& schema);

// One item of a select list.
struct SelectItem {
  std::string name;  // AS's, the column's, or the function's as PostgreSQL names it
  ExpressionPtr expression;
};

// The rows that a batch's rows become, a batch of at most kBatchRows and about kBatchBytes at a
// time, never one without rows; empty at the end. Throws Error when a row cannot be computed. Not
// thread-safe.
class MadeRows {
 public:
  virtual ~MadeRows() = default;
  virtual std::optional<Batch> next() = 0;
};

// What pproject computes: `expr [as name], …`, where `*` stands for all columns. Row-making
// functions (unnest, string_to_table, …) may be an item: `series` then says which items make rows.
class SelectList {
 public:
  virtual ~SelectList() = default;
  virtual SchemaPtr schema() const = 0;
  // Whether each row gives exactly one row: no item makes rows.
  virtual bool is_row_by_row() const = 0;
  // Rows of `batch` computed. May be called from several threads at once. REQUIRES
  // is_row_by_row().
  virtual Batch evaluate(const Batch& batch) const = 0;
  // The rows that become of those of `batch`: row-making items repeat the others as PostgreSQL does
  // (several in lock-step, the shorter padded with null). The list outlives them. REQUIRES not
  // is_row_by_row().
  virtual std::unique_ptr<MadeRows> make_rows(Batch batch) const;
  // For each column of schema() the input's column that it hands on unchanged (by its name or by
  // `*`, perhaps renamed), empty for what is computed. What is known of the input's order survives
  // in these.
  virtual std::vector<std::optional<size_t>> passed_columns() const {
    return std::vector<std::optional<size_t>>(schema()->size());
  }
};
std::shared_ptr<const SelectList> bind_select_list(std::string_view text, SchemaPtr schema);

// What pagg computes: a list of expressions over aggregate calls and keys, split into the calls
// (run by ops/aggregate) and what is computed from their results.
struct AggregateCall {
  // One of count_star, count, sum, avg, min, max, stddev_samp, stddev_pop, var_samp, var_pop,
  // percentile_cont, percentile_disc, mode, array_agg, string_agg, bool_and, bool_or, min_by,
  // max_by. Other names stand for these:
  // stddev, variance, every, and median for percentile_cont of 0.5.
  std::string function;
  // Over the input's schema. percentile_cont has the one value that is ordered (the fraction is in
  // `parameters`, already turned round where the order is descending), so have percentile_disc and
  // mode (the fraction is as given, the direction in `descending`), and string_agg has the text.
  std::vector<ExpressionPtr> arguments;
  std::vector<TypePtr> argument_types;
  bool distinct = false;
  ExpressionPtr filter;  // filter (where …); may be null
  struct Order {
    ExpressionPtr expression;
    bool descending = false;
    bool nulls_first = false;
  };
  std::vector<Order> order_by;     // string_agg(… order by …), array_agg(… order by …)
  std::vector<double> parameters;  // the fraction of percentiles
  bool descending = false;         // percentile_disc's and mode's order
  // Needs all values of a group at once: these functions, distinct, and what has an order. Such a
  // call has no partial stage.
  bool holistic = false;
  std::string separator;  // string_agg's
  TypePtr type;           // of its result
};
struct AggregateList {
  std::vector<AggregateCall> calls;
  // Over a schema of the keys (by their names) followed by one column a call, named #0, #1, …:
  // gives the output's columns after the keys.
  std::shared_ptr<const SelectList> outputs;
};

// What a list of aggregates asks of its rows' placement.
struct AggregateTraits {
  bool holistic = false;          // some call needs all values of a group at once
  bool depends_on_order = false;  // some result tells in which order the rows came
};
// The list need not bind to anything. Throws Error when it cannot be parsed.
AggregateTraits traits_of_aggregates(std::string_view text);

AggregateList bind_aggregates(std::string_view text, const Schema& schema,
                              const std::vector<std::string>& keys);

}  // namespace penstock
