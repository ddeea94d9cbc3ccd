#include "libcore/ops/join.h"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/join_key.h"
#include "libcore/ops/join_table.h"
#include "libcore/ops/row_store.h"

namespace penstock {
namespace {

struct JoinPlan {
  std::vector<size_t> left_keys;
  std::vector<size_t> right_keys;
  std::vector<TypePtr> key_types;
  std::vector<size_t> right_columns;  // that come out
  SchemaPtr right_schema;             // of those
  SchemaPtr output;
};

void plan_keys(const Schema& left, const Schema& right, const JoinOptions& options,
               JoinPlan& plan) {
  for (const auto& [left_name, right_name] : options.keys) {
    size_t l = left.index_of(left_name);
    size_t r = right.index_of(right_name);
    Field left_field = left[l];
    Field right_field = right[r];
    left_field.type = plain(left_field.type);
    right_field.type = plain(right_field.type);
    plan.key_types.push_back(common_key_type(left_field, right_field));
    plan.left_keys.push_back(l);
    plan.right_keys.push_back(r);
  }
}

void plan_columns(const Schema& left, const Schema& right, const JoinOptions& options,
                  JoinPlan& plan) {
  std::vector<Field> fields = left.fields();
  std::vector<Field> right_fields;
  std::vector<std::string> left_names = left.names();
  bool gives_right = options.type == JoinType::kInner || options.type == JoinType::kLeft;
  for (size_t c = 0; gives_right && c < right.size(); ++c) {
    Field field = right[c];
    auto same = std::pair(field.name, field.name);
    if (std::find(options.keys.begin(), options.keys.end(), same) != options.keys.end()) continue;
    if (std::find(left_names.begin(), left_names.end(), field.name) != left_names.end()) {
      throw Error(fmt::format(
          "join: column '{}' is in both inputs; rename or drop one with pproject", field.name));
    }
    if (field.type->id == TypeId::kDictionary) field.type = field.type->value_type;
    right_fields.push_back(field);
    field.nullable |= options.type == JoinType::kLeft;
    fields.push_back(std::move(field));
    plan.right_columns.push_back(c);
  }
  plan.right_schema = make_schema(std::move(right_fields));
  plan.output = make_schema(std::move(fields), left.metadata());
}

JoinPlan make_plan(const Schema& left, const Schema& right, const JoinOptions& options) {
  PENSTOCK_CHECK(!options.keys.empty());
  JoinPlan plan;
  plan_keys(left, right, options, plan);
  plan_columns(left, right, options, plan);
  return plan;
}

class HashJoin : public Operator {
 public:
  HashJoin(OperatorPtr left, OperatorPtr right, const JoinOptions& options)
      : left_(std::move(left)),
        right_(std::move(right)),
        type_(options.type),
        plan_(make_plan(*left_->schema(), *right_->schema(), options)),
        table_(plan_.key_types, plan_.right_schema) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (right_) build();
    while (true) {
      if (row_ == batch_.rows && !next_left()) return std::nullopt;
      std::optional<Batch> batch;
      if (type_ == JoinType::kSemi || type_ == JoinType::kAnti) {
        batch = select_left();
      } else {
        batch = all_have_one_ ? pair_whole() : pair_some();
      }
      if (batch) return batch;
    }
  }

 private:
  std::vector<ColumnPtr> keys_of(const Batch& batch, std::span<const size_t> columns) const {
    std::vector<ColumnPtr> keys;
    for (size_t i = 0; i < columns.size(); ++i) {
      keys.push_back(to_key_type(plain(batch.columns[columns[i]]), plan_.key_types[i]));
    }
    return keys;
  }

  void build() {
    bool keep_rows = type_ == JoinType::kInner || type_ == JoinType::kLeft;
    while (std::optional<Batch> batch = right_->next()) {
      Batch rows{plan_.right_schema, batch->rows, {}};
      for (size_t c : plan_.right_columns)
        rows.columns.push_back(decode_dictionary(batch->columns[c]));
      table_.add(keys_of(*batch, plan_.right_keys), rows, keep_rows);
    }
    right_.reset();
    table_.finish();
  }

  bool next_left() {
    std::optional<Batch> batch = left_->next();
    batch_ = batch ? *std::move(batch) : Batch{};
    row_ = 0;
    partner_ = 0;
    if (batch_.rows == 0) return false;
    numbers_.resize(static_cast<size_t>(batch_.rows));
    table_.find(keys_of(batch_, plan_.left_keys), batch_.rows, numbers_.data());
    all_have_one_ = table_.is_unique() && std::find(numbers_.begin(), numbers_.end(),
                                                    GroupIndex::kNone) == numbers_.end();
    most_rows_ = std::min(table_.rows().output_rows(), output_rows(row_bytes(batch_), batch_.rows));
    return true;
  }

  std::optional<Batch> select_left() {
    bool wanted = type_ == JoinType::kSemi;
    left_rows_.clear();
    for (int64_t i = 0; i < batch_.rows; ++i) {
      bool found = numbers_[static_cast<size_t>(i)] != GroupIndex::kNone;
      if (found == wanted) left_rows_.push_back(static_cast<RowIndex>(i));
    }
    row_ = batch_.rows;
    if (left_rows_.empty()) return std::nullopt;
    if (static_cast<int64_t>(left_rows_.size()) == batch_.rows) return with_schema(batch_);
    return with_schema(take(batch_, left_rows_));
  }

  // Every left row has one partner: the left columns come out as they are.
  std::optional<Batch> pair_whole() {
    int64_t rows = batch_.rows - row_;
    if (rows > kBatchRows) rows = std::min(rows, most_rows_);
    right_rows_.clear();
    for (int64_t i = row_; i < row_ + rows; ++i) {
      right_rows_.push_back(table_.partners(numbers_[static_cast<size_t>(i)])[0]);
    }
    Batch left = rows == batch_.rows ? batch_ : slice(batch_, row_, rows);
    row_ += rows;
    return with_right(std::move(left));
  }

  // The next rows up to most_rows_; a row with many partners may take several calls.
  std::optional<Batch> pair_some() {
    left_rows_.clear();
    right_rows_.clear();
    auto most = static_cast<size_t>(most_rows_);
    while (row_ < batch_.rows && left_rows_.size() < most) {
      int32_t number = numbers_[static_cast<size_t>(row_)];
      if (number == GroupIndex::kNone) {
        if (type_ == JoinType::kLeft) add_pair(PartRow{-1, 0});
        ++row_;
        continue;
      }
      std::span<const PartRow> partners = table_.partners(number);
      size_t count = std::min(partners.size() - partner_, most - left_rows_.size());
      for (const PartRow& partner : partners.subspan(partner_, count))
        add_pair(partner);
      partner_ += count;
      if (partner_ < partners.size()) break;
      partner_ = 0;
      ++row_;
    }
    if (left_rows_.empty()) return std::nullopt;
    return with_right(take(batch_, left_rows_));
  }

  void add_pair(PartRow partner) {
    left_rows_.push_back(static_cast<RowIndex>(row_));
    right_rows_.push_back(partner);
  }

  Batch with_right(Batch batch) {
    Batch right = table_.rows().take(right_rows_);
    batch.columns.insert(batch.columns.end(), right.columns.begin(), right.columns.end());
    return with_schema(std::move(batch));
  }

  Batch with_schema(Batch batch) const {
    batch.schema = plan_.output;
    return batch;
  }

  OperatorPtr left_;
  OperatorPtr right_;  // until it is read
  JoinType type_;
  JoinPlan plan_;
  JoinTable table_;

  Batch batch_;  // of the left, of which row_ rows are done,
  int64_t row_ = 0;
  size_t partner_ = 0;            // and of the next row this many partners
  std::vector<int32_t> numbers_;  // each row's key
  bool all_have_one_ = false;
  int64_t most_rows_ = 0;
  std::vector<RowIndex> left_rows_;
  std::vector<PartRow> right_rows_;
};

}  // namespace

OperatorPtr make_join(OperatorPtr left, OperatorPtr right, JoinOptions options) {
  return std::make_unique<HashJoin>(std::move(left), std::move(right), options);
}

}  // namespace penstock
