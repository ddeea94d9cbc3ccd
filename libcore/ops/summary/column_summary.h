// What psummary says of one column.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/aggregate/call.h"
#include "libcore/ops/summary/number_counts.h"
#include "libcore/ops/summary/value_counts.h"

namespace penstock {

// One column's figures; those that its type does not have are empty.
struct ColumnFigures {
  int64_t rows = 0;
  int64_t nulls = 0;
  std::optional<int64_t> distinct = {};
  std::optional<std::string> least = {};
  std::optional<double> quartiles[3] = {};
  std::optional<std::string> greatest = {};
  std::optional<double> mean = {};
  std::optional<std::string> most_frequent = {};
  std::optional<int64_t> frequency = {};
  std::optional<int64_t> shortest = {};  // texts, in characters
  std::optional<int64_t> longest = {};
};

// Takes the values of a column in, or states of others. Not thread-safe.
class ColumnSummary {
 public:
  // Of any type.
  explicit ColumnSummary(const Field& column);

  // REQUIRES the type of the constructor.
  void add(const ColumnPtr& column);

  // The columns of states: first one that has the name and the type of the column, and nulls. So
  // a summary can be made of what it gives.
  std::vector<Field> state_fields() const;
  // The state in one row. Nothing may be added after it.
  std::vector<ColumnPtr> state();
  // Adds one row of such columns, which may come from strangers. Throws Error for what is not a
  // state. REQUIRES the types of state_fields().
  void merge(std::span<const ColumnPtr> columns, int64_t row);

  // Nothing may be added after it.
  ColumnFigures figures();

 private:
  void add_lengths(const Column& texts);
  void merge_lengths(const Column& shortest, const Column& longest, int64_t row);

  Field column_;
  TypePtr plain_;
  SchemaPtr schema_;  // of the plain column, by the name x
  int64_t rows_ = 0;
  int64_t nulls_ = 0;
  std::vector<CallRunner> calls_;  // min and max, then avg, as far as the type has them
  bool has_order_ = false;
  ExpressionPtr number_;  // the column as float64; null when it has no numbers
  std::unique_ptr<NumberCounts> numbers_;
  bool is_text_ = false;
  int64_t shortest_ = -1;
  int64_t longest_ = -1;
  std::optional<ValueCounts> values_;
  std::vector<int32_t> groups_;  // zeros: all rows are one group
};

}  // namespace penstock
