#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/key_value.h"
#include "libcore/ops/loser_tree.h"
#include "libcore/ops/merge_inputs.h"
#include "libcore/ops/normalized_key.h"
#include "libcore/ops/row_store.h"

namespace penstock {
namespace {

// How one input's keys are read.
struct KeyPlan {
  std::vector<size_t> columns;
  std::vector<KeyCoding> codings;
};

// A sorted input at its current row.
class SortedInput {
 public:
  explicit SortedInput(MergeInput input) : input_(std::move(input)) {}

  // Moves to the next row; false when that is in a batch that is not there yet, or at the end.
  bool advance() {
    if (++row_ >= batch_.rows) return false;
    set_word();
    return true;
  }

  // Reads the next batch and stands at its first row; false at the end. Throws Error when rows are
  // not in order.
  bool next_batch(const KeyPlan& plan, const SchemaPtr& schema) {
    rows_before_ += batch_.rows;
    std::optional<Batch> batch = input_.stream->next();
    if (!batch) {
      is_ended_ = true;
      batch_ = {};
      return false;
    }
    batch_ = as_merged(*std::move(batch), schema);
    std::vector<ColumnPtr> columns;
    for (size_t column : plan.columns)
      columns.push_back(plain(batch_.columns[column]));
    keys_.encode(plan.codings, columns, batch_.rows);
    require_order();
    last_ = keys_.row(batch_.rows - 1);
    row_ = 0;
    set_word();
    return true;
  }

  bool is_ended() const { return is_ended_; }
  const Batch& batch() const { return batch_; }
  int64_t row() const { return row_; }

  // Whether this row comes before the other's.
  bool is_less(const SortedInput& other) const {
    return word_ != other.word_ ? word_ < other.word_ : key() < other.key();
  }

 private:
  std::string_view key() const { return keys_.row(row_); }
  void set_word() { word_ = key_word(key(), 0); }

  void require_order() const {
    std::string_view last = last_;
    for (int64_t i = 0; i < batch_.rows; ++i) {
      std::string_view next = keys_.row(i);
      if (next < last) {
        throw Error(
            fmt::format("{}: row {} is not in the order of the key; sort it with psort first",
                        input_.name, rows_before_ + i + 1));
      }
      last = next;
    }
  }

  MergeInput input_;
  Batch batch_;
  NormalizedKeys keys_;
  int64_t row_ = 0;
  uint64_t word_ = 0;  // the first bytes of the row's key: most comparisons end with them
  int64_t rows_before_ = 0;
  std::string last_;
  bool is_ended_ = false;
};

class OrderedMerge : public Operator {
 private:
  // Equal rows come in the order of the inputs.
  auto before() {
    return [this](size_t a, size_t b) {
      const SortedInput& left = inputs_[a];
      const SortedInput& right = inputs_[b];
      if (left.is_ended() || right.is_ended()) {
        return left.is_ended() == right.is_ended() ? a < b : right.is_ended();
      }
      return a < b ? !right.is_less(left) : left.is_less(right);
    };
  }

 public:
  OrderedMerge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
               const SchemaPtr& schema)
      : input_schema_(schema) {
    for (const SortKey& key : keys) {
      size_t column = schema->index_of(key.name);
      Field field = (*schema)[column];
      field.type = plain(field.type);
      require_key_type("merge", field);
      plan_.columns.push_back(column);
      plan_.codings.emplace_back(field.type, KeyDirection{key.descending, key.nulls_first});
    }
    Metadata metadata = schema->metadata();
    metadata.emplace_back(kOrderKey, to_string(keys));
    schema_ = make_schema(schema->fields(), std::move(metadata));
    for (MergeInput& input : inputs)
      inputs_.emplace_back(std::move(input));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!is_started_) start();
    rows_.clear();
    while (static_cast<int64_t>(rows_.size()) < most_rows_) {
      SortedInput& input = inputs_[tree_.winner()];
      if (input.is_ended()) break;
      size_t winner = tree_.winner();
      rows_.push_back({part_of_input_[winner], static_cast<RowIndex>(input.row())});
      if (!input.advance()) read(winner);
      tree_.replay(before());
    }
    if (rows_.empty()) return std::nullopt;
    return take_rows();
  }

 private:
  void start() {
    is_started_ = true;
    part_of_input_.resize(inputs_.size());
    for (size_t i = 0; i < inputs_.size(); ++i)
      read(i);
    tree_.build(inputs_.size(), before());
  }

  // The input's next batch becomes a part; its last one stays until the rows taken from it are out.
  void read(size_t number) {
    SortedInput& input = inputs_[number];
    if (!input.next_batch(plan_, input_schema_)) return;
    part_of_input_[number] = static_cast<int32_t>(parts_.size());
    parts_.push_back(input.batch());
    most_rows_ = std::min(most_rows_, output_rows(row_bytes(input.batch()), input.batch().rows));
  }

  Batch take_rows() {
    Batch batch{schema_, static_cast<int64_t>(rows_.size()), {}};
    std::vector<ColumnPtr> columns;
    for (size_t c = 0; c < schema_->size(); ++c) {
      columns.clear();
      for (const Batch& part : parts_)
        columns.push_back(part.columns[c]);
      batch.columns.push_back(take_from(columns, rows_));
    }
    forget_parts();
    return batch;
  }

  // Only the inputs' current batches are still needed.
  void forget_parts() {
    parts_.clear();
    for (size_t i = 0; i < inputs_.size(); ++i) {
      part_of_input_[i] = static_cast<int32_t>(parts_.size());
      if (!inputs_[i].is_ended()) parts_.push_back(inputs_[i].batch());
    }
  }

  std::vector<SortedInput> inputs_;
  KeyPlan plan_;
  SchemaPtr input_schema_;
  SchemaPtr schema_;
  LoserTree tree_;
  bool is_started_ = false;
  std::vector<Batch> parts_;
  std::vector<int32_t> part_of_input_;  // of its current batch
  std::vector<PartRow> rows_;
  int64_t most_rows_ = kBatchRows;
};

}  // namespace

OperatorPtr make_ordered_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
                               const SchemaPtr& schema) {
  return std::make_unique<OrderedMerge>(std::move(inputs), keys, schema);
}

}  // namespace penstock
