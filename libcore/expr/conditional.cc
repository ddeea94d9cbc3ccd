#include "libcore/expr/conditional.h"

#include <algorithm>
#include <numeric>

#include "libcore/data/compare.h"
#include "libcore/expr/comparison.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Which part each row of a result comes from, and which row of that part.
class Choice {
 public:
  explicit Choice(int64_t rows) : from_(static_cast<size_t>(rows), PartRow{-1, 0}) {}

  // Rows `rows` of the result are the rows of `column` in turn, or all its one row.
  void add(ColumnPtr column, std::span<const RowIndex> rows, bool constant) {
    // Nothing is copied until finish(), where each row is gathered once from its part.
    int32_t part = static_cast<int32_t>(parts_.size());
    parts_.push_back(std::move(column));
    for (size_t k = 0; k < rows.size(); ++k) {
      from_[static_cast<size_t>(rows[k])] = {part, constant ? 0 : static_cast<RowIndex>(k)};
    }
  }
  // Rows `rows` of the result are the same rows of a value that was computed for all.
  void add_computed(const Operand& value, std::span<const RowIndex> rows) {
    int32_t part = static_cast<int32_t>(parts_.size());
    parts_.push_back(value.column);
    for (RowIndex row : rows) {
      from_[static_cast<size_t>(row)] = {part, value.constant ? 0 : row};
    }
  }
  ColumnPtr finish(const TypePtr& type) const {
    if (parts_.empty()) return make_null_column(type, static_cast<int64_t>(from_.size()));
    return take_from(parts_, from_);
  }

 private:
  std::vector<ColumnPtr> parts_;
  std::vector<PartRow> from_;
};

std::vector<RowIndex> all_rows(int64_t count) {
  std::vector<RowIndex> rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

ColumnPtr evaluate_for(const Node& node, const Batch& batch, std::span<const RowIndex> rows) {
  // The contract of case and coalesce: what is not chosen is not computed, so that `case when x <>
  // 0 then 1 / x end` cannot fail.
  if (static_cast<int64_t>(rows.size()) == batch.rows) return node.evaluate(batch);
  return node.evaluate(narrow(batch, rows, node));
}

void add_value(Choice& choice, const Node& value, const Batch& batch,
               std::span<const RowIndex> rows) {
  if (rows.empty()) return;
  ColumnPtr constant = value.constant();
  if (constant != nullptr) {
    choice.add(constant, rows, true);
  } else {
    choice.add(evaluate_for(value, batch, rows), rows, false);
  }
}

template <typename T>
void blend(const uint8_t* taken, const Operand& value, T* out, int64_t rows) {
  Reader<T> values(value);
  for (int64_t i = 0; i < rows; ++i) {
    // By masks in place of a branch: which rows are taken is often random, and a branch would be
    // mispredicted half of the time.
    T mask = static_cast<T>(-static_cast<T>(get_bit(taken, i)));
    out[i] = static_cast<T>((values[i] & mask) | (out[i] & static_cast<T>(~mask)));
  }
}

// Puts a value's rows where `taken` is set, in place, whatever the width of its type.
void blend_bytes(const uint8_t* taken, const Operand& value, int32_t width, uint8_t* out,
                 int64_t rows) {
  switch (width) {
    case 1:
      blend(taken, value, out, rows);
      break;
    case 2:
      blend(taken, value, reinterpret_cast<uint16_t*>(out), rows);
      break;
    case 4:
      blend(taken, value, reinterpret_cast<uint32_t*>(out), rows);
      break;
    case 8:
      blend(taken, value, reinterpret_cast<uint64_t*>(out), rows);
      break;
    default:
      blend(taken, value, reinterpret_cast<uint128_t*>(out), rows);
      break;
  }
}

class CaseNode : public Node {
 public:
  CaseNode(TypePtr type, std::vector<NodePtr> conditions, std::vector<NodePtr> values)
      : Node(std::move(type), false),
        conditions_(std::move(conditions)),
        values_(std::move(values)) {
    adopt(conditions_);
    adopt(values_);
    // Computing two or three cheap values for all rows and blending them costs less than separating
    // rows.
    constexpr size_t kMostBlended = 3;
    int32_t width = fixed_width(*this->type());
    bool power = width == 1 || width == 2 || width == 4 || width == 8 || width == 16;
    blends_ = !can_fail() && conditions_.size() <= kMostBlended && power &&
              this->type()->id != TypeId::kDictionary &&
              this->type()->id != TypeId::kFixedSizeBinary;
  }

  ColumnPtr evaluate(const Batch& batch) const override {
    std::vector<Operand> computed;
    if (blends_) {
      bool nulls = false;
      for (const NodePtr& node : values_) {
        Operand operand{node->constant(), true};
        if (operand.column == nullptr) operand = {node->evaluate(batch), false};
        nulls |= operand.column->null_count != 0;
        computed.push_back(std::move(operand));
      }
      // The values have been computed for all rows by now; where one has nulls they are chosen
      // from, not computed again.
      if (!nulls) return blend_values(batch, computed);
    }
    std::vector<RowIndex> open = all_rows(batch.rows);
    Choice choice(batch.rows);
    auto add = [&](size_t k, std::span<const RowIndex> rows) {
      if (computed.empty()) {
        add_value(choice, *values_[k], batch, rows);
      } else {
        choice.add_computed(computed[k], rows);
      }
    };
    for (size_t k = 0; k < conditions_.size() && !open.empty(); ++k) {
      ColumnPtr truth = evaluate_for(*conditions_[k], batch, open);
      std::vector<RowIndex> taken;
      std::vector<RowIndex> left;
      for (size_t j = 0; j < open.size(); ++j) {
        int64_t i = static_cast<int64_t>(j);
        (truth->is_valid(i) && truth->bool_at(i) ? taken : left).push_back(open[j]);
      }
      add(k, taken);
      open = std::move(left);
    }
    add(values_.size() - 1, open);
    return choice.finish(type());
  }

  void add_columns(std::vector<size_t>& columns) const override {
    for (const NodePtr& node : conditions_)
      node->add_columns(columns);
    for (const NodePtr& node : values_)
      node->add_columns(columns);
  }

 private:
  // REQUIRES: no value has a null (or validity would have to be blended too).
  ColumnPtr blend_values(const Batch& batch, std::span<const Operand> values) const {
    int32_t width = fixed_width(*type());
    MutableBuffer out(batch.rows * width);
    MutableBuffer everything = make_bitmap(batch.rows, true);
    if (out.size() != 0) std::memset(out.data(), 0, static_cast<size_t>(out.size()));
    blend_bytes(everything.data(), values.back(), width, out.data(), batch.rows);
    // Backwards, so that the first condition that holds overwrites those after it.
    for (size_t k = conditions_.size(); k-- > 0;) {
      ColumnPtr truth = conditions_[k]->evaluate(batch);
      Buffer taken = truth->null_count == 0
                         ? truth->values
                         : and_bitmaps(truth->values, truth->validity, batch.rows);
      if (truth->null_count == batch.rows && truth->validity.empty() && batch.rows != 0) continue;
      blend_bytes(taken.data(), values[k], width, out.data(), batch.rows);
    }
    return make_column(type(), batch.rows, out.freeze());
  }

  std::vector<NodePtr> conditions_;
  std::vector<NodePtr> values_;
  bool blends_ = false;
};

class CoalesceNode : public Node {
 public:
  CoalesceNode(TypePtr type, std::vector<NodePtr> values)
      : Node(std::move(type), false), values_(std::move(values)) {
    adopt(values_);
  }

  ColumnPtr evaluate(const Batch& batch) const override {
    ColumnPtr first = values_[0]->evaluate(batch);
    if (first->null_count == 0) return first;
    Choice choice(batch.rows);
    std::vector<RowIndex> open = all_rows(batch.rows);
    for (size_t k = 0; k < values_.size() && !open.empty(); ++k) {
      ColumnPtr value = k == 0 ? first : evaluate_for(*values_[k], batch, open);
      choice.add(value, open, false);
      std::vector<RowIndex> left;
      for (size_t j = 0; j < open.size(); ++j) {
        if (value->is_null(static_cast<int64_t>(j))) left.push_back(open[j]);
      }
      open = std::move(left);
    }
    return choice.finish(type());
  }

  void add_columns(std::vector<size_t>& columns) const override {
    for (const NodePtr& node : values_)
      node->add_columns(columns);
  }

 private:
  std::vector<NodePtr> values_;
};

ColumnPtr extreme(const KernelCall& call, bool greatest) {
  std::vector<ColumnPtr> parts;
  for (const Operand& operand : call.arguments)
    parts.push_back(operand.column);
  std::vector<PartRow> best(static_cast<size_t>(call.rows), PartRow{-1, 0});
  for (size_t k = 0; k < parts.size(); ++k) {
    const bool constant = call.arguments[k].constant;
    for (int64_t i = 0; i < call.rows; ++i) {
      int64_t row = constant ? 0 : i;
      PartRow& now = best[static_cast<size_t>(i)];
      if (parts[k]->is_null(row)) continue;
      if (now.part >= 0) {
        std::weak_ordering order =
            compare_values(*parts[k], row, *parts[static_cast<size_t>(now.part)], now.row);
        // Of equal ones the first stays.
        if (greatest ? order <= 0 : order >= 0) continue;
      }
      now = {static_cast<int32_t>(k), static_cast<RowIndex>(row)};
    }
  }
  return take_from(parts, best);
}

// All arguments as their common type.
std::vector<NodePtr> coerce_all(Binder& binder, const Syntax& call, std::span<const Bound> values,
                                TypePtr& type) {
  std::string what = "the arguments of " + call.text;
  type = binder.common_type(values, call.location, what + " are");
  std::vector<NodePtr> nodes;
  for (const Bound& value : values)
    nodes.push_back(binder.coerce(value, type, what).node);
  return nodes;
}

Bound bind_coalesce(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr type;
  std::vector<NodePtr> nodes = coerce_all(binder, call, arguments, type);
  Bound result;
  result.location = call.location;
  result.node = make_coalesce(type, std::move(nodes));
  return result;
}

// nullif(a, b): null where they are equal, else a.
Bound bind_nullif(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound equal = bind_comparison(binder, "=", arguments[0], arguments[1], call.location);
  TypePtr type =
      arguments[0].literal == Bound::Literal::kNull ? utf8_type() : arguments[0].type_ptr();
  Bound value = binder.coerce(arguments[0], type, "the value");
  Bound result;
  result.location = call.location;
  result.node = make_case(type, {equal.node}, {make_null_constant(type), value.node});
  return result;
}

// The greatest or least argument; nulls do not count (PostgreSQL's rule).
Bound bind_extreme(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr type;
  std::vector<NodePtr> nodes = coerce_all(binder, call, arguments, type);
  if (!is_orderable(*type)) binder.fail(call.location, type_name(*type) + " has no order");
  bool greatest = call.text == "greatest";
  Bound result;
  result.location = call.location;
  result.node = make_call_node(
      type, std::move(nodes), [greatest](const KernelCall& k) { return extreme(k, greatest); },
      {.strict = false}, binder.source(), call.location);
  return result;
}

constexpr Function kConditionalFunctions[] = {
    {.name = "coalesce",
     .signature = "(any, any…) -> any",
     .summary = "the first argument that is not null; later ones are not computed",
     .example = "coalesce(null, 'a', 'b') → 'a'",
     .nulls = "null if all arguments are",
     .bind = bind_coalesce},
    {.name = "nullif",
     .signature = "(any, any) -> any",
     .summary = "null where both are equal, else the first",
     .example = "nullif('n/a', 'n/a') → null",
     .nulls = "null if the first argument is",
     .bind = bind_nullif},
    {.name = "greatest",
     .signature = "(any, any…) -> any",
     .summary = "the greatest argument, nulls aside",
     .example = "greatest(1, null, 3) → 3",
     .nulls = "null if all arguments are",
     .bind = bind_extreme},
    {.name = "least",
     .signature = "(any, any…) -> any",
     .summary = "the least argument, nulls aside",
     .example = "least('b', 'a') → 'a'",
     .nulls = "null if all arguments are",
     .bind = bind_extreme},
};

}  // namespace

NodePtr make_case(TypePtr type, std::vector<NodePtr> conditions, std::vector<NodePtr> values) {
  PENSTOCK_CHECK(values.size() == conditions.size() + 1);
  return std::make_shared<CaseNode>(std::move(type), std::move(conditions), std::move(values));
}

NodePtr make_coalesce(TypePtr type, std::vector<NodePtr> values) {
  return std::make_shared<CoalesceNode>(std::move(type), std::move(values));
}

std::span<const Function> conditional_functions() {
  return kConditionalFunctions;
}

}  // namespace penstock
