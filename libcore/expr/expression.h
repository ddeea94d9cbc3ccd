// Expressions in PostgreSQL's grammar, bound to a schema and computed column by column.
//
// Their semantics are in section 6 of the design (expr/README.md has the functions and the type
// rules): three-valued logic; `/` gives float64; integer overflow and division by zero are Errors.
// An Error in an expression has three lines: the message, the expression, and a caret below the
// place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"

namespace penstock {

// A bound expression. Immutable; evaluate() may be called from several threads at once.
class Expression {
 public:
  virtual ~Expression() = default;
  virtual const TypePtr& type() const = 0;
  // Returns one column of batch.rows rows. REQUIRES a batch of the schema to which the expression
  // was bound. Throws Error when a row cannot be computed (overflow, division by zero, a cast that
  // fails). Columns of the batch that it does not read may be null pointers.
  virtual ColumnPtr evaluate(const Batch& batch) const = 0;
  // Appends the numbers of the batch's columns that it reads, perhaps repeatedly.
  virtual void add_columns(std::vector<size_t>& columns) const = 0;
};
using ExpressionPtr = std::shared_ptr<const Expression>;

// Binds a condition, of type bool. Throws Error (three lines) when the text is not a condition over
// `schema`.
ExpressionPtr bind_predicate(const ExpressionText& text, const Schema& schema);

// Returns the rows where a predicate is true (null counts as false).
std::vector<int32_t> select_rows(const Expression& predicate, const Batch& batch);

// Returns the columns of `schema` that an expression or list (as in pproject or pagg) refers to,
// each once, in the schema's order; `*` refers to all.
std::vector<std::string> referenced_columns(const ExpressionText& list, const Schema& schema);

// One item of a select list.
struct SelectItem {
  std::string name;  // AS's, the column's, or the function's as PostgreSQL names it
  ExpressionPtr expression;
};

// The rows that a batch's rows become: batches of at least one and at most kBatchRows rows and
// about kBatchBytes; empty at the end. Throws Error when a row cannot be computed. Not thread-safe.
class MadeRows {
 public:
  virtual ~MadeRows() = default;
  virtual std::optional<Batch> next() = 0;
};

// What pproject computes: `expr [as name], …`, where `*` stands for all columns (`* except (a)`, `*
// replace (f(x) as x)` and `* rename (a as b)` change that), and an item with columns('regex') for
// one of each column of a matching name. Row-making functions (unnest, string_to_table, …) may be
// items: `series` then says which items make rows.
class SelectList {
 public:
  virtual ~SelectList() = default;
  virtual SchemaPtr schema() const = 0;
  // Returns whether each row gives exactly one row, because no item makes rows.
  virtual bool is_row_by_row() const = 0;
  // Computes the rows of `batch`. May be called from several threads at once. REQUIRES
  // is_row_by_row().
  virtual Batch evaluate(const Batch& batch) const = 0;
  // Returns the rows that those of `batch` become. Row-making items repeat the other items as
  // PostgreSQL does (several advance together, the shorter ones padded with null). The list must
  // outlive them. REQUIRES not is_row_by_row().
  virtual std::unique_ptr<MadeRows> make_rows(Batch batch) const;
  // Returns, for each column of schema(), the input's column that it passes on unchanged (by its
  // name or by `*`, perhaps renamed); empty for computed ones. What is known of the input's order
  // stays true for the former.
  virtual std::vector<std::optional<size_t>> passed_columns() const {
    return std::vector<std::optional<size_t>>(schema()->size());
  }
};
std::shared_ptr<const SelectList> bind_select_list(const ExpressionText& text, SchemaPtr schema);

struct AggregateFunction;  // aggregates.h

// What pagg computes: a list of expressions over aggregate calls and keys, split into the calls
// (which ops/aggregate computes) and the expressions over their results.
struct AggregateCall {
  const AggregateFunction* function = nullptr;  // the row of the table of aggregates
  // Over the input's schema. Empty for count(*). For percentiles and mode, the one value that is
  // ordered. For string_agg, the text.
  std::vector<ExpressionPtr> arguments;
  std::vector<TypePtr> argument_types;
  bool distinct = false;
  ExpressionPtr filter;  // filter (where …); may be null
  struct Order {
    ExpressionPtr expression;
    bool descending = false;
    bool nulls_first = false;
  };
  std::vector<Order> order_by;  // string_agg(… order by …), array_agg(… order by …)
  double fraction = 0;          // of percentiles, as given
  bool descending = false;      // the order of within group (order by …)
  // Whether the call needs all values of a group at once: these functions, distinct, and calls with
  // an order. Such a call has no partial stage.
  bool holistic = false;
  std::string separator;  // string_agg's
  TypePtr type;           // of its result
};
struct AggregateList {
  std::vector<AggregateCall> calls;
  // Over a schema of the keys (by their names) followed by one column for each call, named #0, #1,
  // …: gives the output's columns after the keys.
  std::shared_ptr<const SelectList> outputs;
};

// What a list of aggregates requires of the placement of its rows.
struct AggregateTraits {
  bool holistic = false;          // some call needs all values of a group at once
  bool depends_on_order = false;  // some result depends on the order in which the rows came
};
// The list is not bound to a schema. Throws Error when it cannot be parsed.
AggregateTraits traits_of_aggregates(const ExpressionText& text);

AggregateList bind_aggregates(const ExpressionText& text, const Schema& schema,
                              const std::vector<std::string>& keys);

}  // namespace penstock
