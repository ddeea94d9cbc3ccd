#include "libcore/expr/logic.h"

#include <numeric>

#include "libcore/base/check.h"
#include "libcore/expr/prune/key_values.h"
#include "libcore/expr/prune/meaning.h"
#include "libcore/expr/rows.h"

namespace penstock {
namespace {

// A bitmap's words; buffers may be read past their end.
uint64_t word_at(const uint8_t* bits, int64_t word) {
  uint64_t value;
  std::memcpy(&value, bits + word * 8, sizeof value);
  return value;
}

int64_t words_of(int64_t rows) {
  return (rows + 63) / 64;
}

// The valid bits of a word of a bool column; all when it has no nulls.
uint64_t valid_word(const Column& column, int64_t word) {
  if (column.null_count == 0) return ~uint64_t{0};
  return column.validity.empty() ? 0 : word_at(column.validity.data(), word);
}

// Writes whole words; clears the bits after the last row.
class BitWriter {
 public:
  explicit BitWriter(int64_t rows) : rows_(rows), bits_(words_of(rows) * 8) {}
  void put(int64_t word, uint64_t value) {
    int64_t left = rows_ - word * 64;
    if (left < 64) value &= (uint64_t{1} << left) - 1;
    std::memcpy(bits_.data() + word * 8, &value, sizeof value);
  }
  Buffer finish() {
    bits_.resize(bitmap_bytes(rows_));
    return bits_.freeze();
  }

 private:
  int64_t rows_;
  MutableBuffer bits_;
};

}  // namespace

// Keeps true and false in separate bitmaps, because null is neither.
ColumnPtr combine(bool conjunction, const Column& a, const Column& b) {
  int64_t rows = a.length;
  BitWriter values(rows);
  BitWriter validity(rows);
  bool nulls = a.null_count != 0 || b.null_count != 0;
  for (int64_t w = 0; w < words_of(rows); ++w) {
    uint64_t a_bits = a.values.empty() ? 0 : word_at(a.values.data(), w);
    uint64_t b_bits = b.values.empty() ? 0 : word_at(b.values.data(), w);
    if (!nulls) {
      values.put(w, conjunction ? a_bits & b_bits : a_bits | b_bits);
      continue;
    }
    uint64_t a_valid = valid_word(a, w);
    uint64_t b_valid = valid_word(b, w);
    uint64_t a_true = a_bits & a_valid;
    uint64_t b_true = b_bits & b_valid;
    uint64_t a_false = ~a_bits & a_valid;
    uint64_t b_false = ~b_bits & b_valid;
    uint64_t is_true = conjunction ? a_true & b_true : a_true | b_true;
    uint64_t is_false = conjunction ? a_false | b_false : a_false & b_false;
    values.put(w, is_true);
    validity.put(w, is_true | is_false);
  }
  return make_column(bool_type(), rows, values.finish(), nulls ? validity.finish() : Buffer());
}

namespace {

// The rows that a side so far leaves open: for `and` all that are not false.
std::vector<RowIndex> open_rows(bool conjunction, const Column& column) {
  std::vector<RowIndex> rows;
  for (int64_t i = 0; i < column.length; ++i) {
    if (column.is_null(i) || column.bool_at(i) == conjunction) {
      rows.push_back(static_cast<RowIndex>(i));
    }
  }
  return rows;
}

// The values of `narrow` at `rows`; elsewhere the value that does not decide (true for `and`).
ColumnPtr spread(bool conjunction, const Column& narrow, std::span<const RowIndex> rows,
                 int64_t length) {
  MutableBuffer values = make_bitmap(length, conjunction);
  MutableBuffer validity;
  if (narrow.null_count != 0) validity = make_bitmap(length, true);
  for (size_t k = 0; k < rows.size(); ++k) {
    int64_t i = static_cast<int64_t>(k);
    if (narrow.is_null(i)) {
      clear_bit(validity.data(), rows[k]);
    } else {
      assign_bit(values.data(), rows[k], narrow.bool_at(i));
    }
  }
  return make_column(bool_type(), length, values.freeze(), validity.freeze());
}

class LogicNode : public Node {
 public:
  LogicNode(bool conjunction, std::vector<NodePtr> operands)
      : Node(bool_type(), false), conjunction_(conjunction), operands_(std::move(operands)) {
    adopt(operands_);
  }

  ColumnPtr evaluate(const Batch& batch) const override {
    ColumnPtr result = operands_[0]->evaluate(batch);
    for (size_t k = 1; k < operands_.size(); ++k) {
      result = combine(conjunction_, *result, *evaluate_open(*operands_[k], *result, batch));
    }
    return result;
  }

  void add_columns(std::vector<size_t>& columns) const override {
    for (const NodePtr& operand : operands_)
      operand->add_columns(columns);
  }

  Bounds bounds(const Zones& zones) const override {
    Outcomes result = outcomes_of(operands_[0]->bounds(zones));
    for (size_t k = 1; k < operands_.size(); ++k)
      result = combine(conjunction_, result, outcomes_of(operands_[k]->bounds(zones)));
    return bounds_of(result);
  }

  std::optional<std::vector<KeyValues>> key_values(std::span<const size_t> columns) const override {
    std::optional<std::vector<KeyValues>> result = operands_[0]->key_values(columns);
    for (size_t k = 1; k < operands_.size(); ++k)
      result = combine(conjunction_, std::move(result), operands_[k]->key_values(columns));
    return result;
  }

  bool conjunction() const { return conjunction_; }
  const std::vector<NodePtr>& operands() const { return operands_; }

 private:
  ColumnPtr evaluate_open(const Node& operand, const Column& before, const Batch& batch) const {
    if (!operand.can_fail()) return operand.evaluate(batch);
    std::vector<RowIndex> rows = open_rows(conjunction_, before);
    if (static_cast<int64_t>(rows.size()) == batch.rows) return operand.evaluate(batch);
    if (rows.empty())
      return spread(conjunction_, *make_null_column(bool_type(), 0), rows, batch.rows);
    return spread(conjunction_, *operand.evaluate(narrow(batch, rows, operand)), rows, batch.rows);
  }

  bool conjunction_;
  std::vector<NodePtr> operands_;
};

ColumnPtr negate(const KernelCall& call) {
  const Column& operand = *call.arguments[0].column;
  BitWriter values(call.rows);
  for (int64_t w = 0; w < words_of(call.rows); ++w) {
    values.put(w, ~word_at(operand.values.data(), w));
  }
  return make_column(bool_type(), call.rows, values.finish(), call.validity);
}

// Keeps of `rows` those where `column` (one row each) is true.
void keep_true(const Column& column, std::vector<RowIndex>& rows) {
  size_t kept = 0;
  for (size_t k = 0; k < rows.size(); ++k) {
    int64_t i = static_cast<int64_t>(k);
    rows[kept] = rows[k];
    if (column.is_valid(i) && column.bool_at(i)) ++kept;
  }
  rows.resize(kept);
}

}  // namespace

NodePtr make_logic(bool conjunction, std::vector<NodePtr> operands) {
  PENSTOCK_CHECK(operands.size() >= 2);
  return std::make_shared<LogicNode>(conjunction, std::move(operands));
}

NodePtr make_not(NodePtr operand, const SourcePtr& source) {
  return make_call_node(bool_type(), {std::move(operand)}, negate, {}, source, 0, not_meaning());
}

std::vector<RowIndex> select_true(const Node& predicate, const Batch& batch) {
  const auto* logic = dynamic_cast<const LogicNode*>(&predicate);
  if (logic == nullptr || !logic->conjunction()) return true_rows(*predicate.evaluate(batch));

  // A narrowed row costs a gather for each column that is read; below a row in eight that is less
  // than computing the whole column.
  constexpr int64_t kNarrowBelow = 8;
  ColumnPtr all = logic->operands()[0]->evaluate(batch);
  size_t k = 1;
  const std::vector<NodePtr>& operands = logic->operands();
  for (; k < operands.size() && !operands[k]->can_fail(); ++k) {
    if (all->null_count == 0 &&
        count_set_bits(all->values.data(), batch.rows) * kNarrowBelow < batch.rows) {
      break;
    }
    all = combine(true, *all, *operands[k]->evaluate(batch));
  }
  std::vector<RowIndex> rows = true_rows(*all);
  for (; k < operands.size() && !rows.empty(); ++k) {
    bool whole = static_cast<int64_t>(rows.size()) == batch.rows;
    keep_true(*operands[k]->evaluate(whole ? batch : narrow(batch, rows, *operands[k])), rows);
  }
  return rows;
}

}  // namespace penstock
