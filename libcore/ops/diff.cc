#include "libcore/ops/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/repeated_name.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr size_t kMostParts = 64;

// A row of an input, which the input's next pull leaves valid.
struct DiffRow {
  std::shared_ptr<const Batch> batch;
  int64_t row = 0;

  const Column& column(size_t i) const { return *batch->columns[i]; }
};

// An input, row by row.
class DiffSide {
 public:
  explicit DiffSide(OperatorPtr rows) : rows_(std::move(rows)) { pull(); }

  bool at_end() const { return now_.batch == nullptr; }
  const DiffRow& row() const { return now_; }
  int64_t number() const { return number_; }
  void advance() {
    ++number_;
    if (++now_.row == now_.batch->rows) pull();
  }

 private:
  void pull() {
    now_ = {};
    while (std::optional<Batch> batch = rows_->next()) {
      if (batch->rows == 0) continue;
      for (ColumnPtr& column : batch->columns)
        column = decode_dictionary(column);
      now_.batch = std::make_shared<const Batch>(*std::move(batch));
      return;
    }
  }

  OperatorPtr rows_;
  DiffRow now_;
  int64_t number_ = 1;
};

// A column that both inputs have, and where.
struct SharedColumn {
  std::string name;
  size_t left;
  size_t right;
  TypePtr type;  // of the left one
  bool is_same_type;
  bool has_order;
  bool is_number;  // in both
};

struct ColumnNote {
  const char* change;
  std::string column;
  std::optional<std::string> left;
  std::optional<std::string> right;
};

std::vector<SharedColumn> shared_columns(const Schema& left, const Schema& right,
                                         std::vector<ColumnNote>& notes) {
  std::vector<SharedColumn> shared;
  for (size_t i = 0; i < left.size(); ++i) {
    const std::optional<size_t> j = right.find(left[i].name);
    const TypePtr& type = left[i].type;
    if (!j) {
      notes.push_back({"column removed", left[i].name, type->to_string(), std::nullopt});
      continue;
    }
    const TypePtr& other = right[*j].type;
    const bool is_same = equals(*type, *other);
    if (!is_same) {
      notes.push_back({"type changed", left[i].name, type->to_string(), other->to_string()});
    }
    shared.push_back({left[i].name, i, *j, type, is_same, is_same && is_orderable(*type),
                      is_numeric(type->id) && is_numeric(other->id)});
  }
  for (const Field& field : right.fields()) {
    if (left.find(field.name)) continue;
    notes.push_back({"column added", field.name, std::nullopt, field.type->to_string()});
  }
  return shared;
}

std::string text_of(const Column& column, int64_t row) {
  std::string text;
  append_text(text, column, row);
  return text;
}

// The rows of the result that wait to be given.
class DiffRows {
 public:
  DiffRows(SchemaPtr schema, std::vector<SharedColumn> keys, bool numbers)
      : schema_(std::move(schema)), keys_(std::move(keys)), numbers_(numbers) {}

  void add_note(const ColumnNote& note) {
    add_key(nullptr, false, std::nullopt);
    add(note.change, &note.column, note.left, note.right);
  }
  // `row` is of the right input if `is_right`.
  void add_row(const char* change, const DiffRow& row, bool is_right, int64_t number) {
    add_key(&row, is_right, number);
    add(change, nullptr, std::nullopt, std::nullopt);
  }
  void add_value(const DiffRow& row, int64_t number, const std::string& column,
                 const std::optional<std::string>& left, const std::optional<std::string>& right) {
    add_key(&row, false, number);
    add("changed", &column, left, right);
  }

  bool is_full() const { return rows_ >= kBatchRows || parts_.size() >= kMostParts; }

  std::optional<Batch> take_all() {
    if (rows_ == 0) return std::nullopt;
    Batch batch{schema_, rows_, {changes_.finish(utf8_type())}};
    if (numbers_) batch.columns.push_back(row_numbers_.finish(int64_type()));
    for (size_t k = 0; k < keys_.size(); ++k) {
      // Nulls need a column to be of.
      std::vector<ColumnPtr> parts{make_null_column(keys_[k].type, 0)};
      for (const auto& [part, is_right] : parts_)
        parts.push_back(part->columns[is_right ? keys_[k].right : keys_[k].left]);
      batch.columns.push_back(take_from(parts, picked_));
    }
    for (BytesBuilder* builder : {&columns_, &lefts_, &rights_})
      batch.columns.push_back(builder->finish(utf8_type()));
    parts_.clear();
    picked_.clear();
    rows_ = 0;
    return batch;
  }

 private:
  void add_key(const DiffRow* row, bool is_right, std::optional<int64_t> number) {
    if (numbers_ && number) {
      row_numbers_.append(*number);
    } else if (numbers_) {
      row_numbers_.append_null();
    }
    if (row == nullptr) {
      picked_.push_back({-1, 0});
      return;
    }
    // The last batch of each side is among the last two.
    auto last = std::find_if(parts_.rbegin(), parts_.rend(), [&](const auto& part) {
      return part.first == row->batch && part.second == is_right;
    });
    if (last == parts_.rend()) {
      parts_.emplace_back(row->batch, is_right);
      last = parts_.rbegin();
    }
    const auto part = std::distance(last, parts_.rend());
    picked_.push_back({static_cast<int32_t>(part), static_cast<RowIndex>(row->row)});
  }

  void add(std::string_view change, const std::string* column,
           const std::optional<std::string>& left, const std::optional<std::string>& right) {
    changes_.append(change);
    append(columns_, column);
    append(lefts_, left ? &*left : nullptr);
    append(rights_, right ? &*right : nullptr);
    ++rows_;
  }

  static void append(BytesBuilder& builder, const std::string* text) {
    if (text == nullptr) {
      builder.append_null();
    } else {
      builder.append(*text);
    }
  }

  SchemaPtr schema_;
  std::vector<SharedColumn> keys_;
  bool numbers_;
  int64_t rows_ = 0;
  BytesBuilder changes_;
  FixedBuilder<int64_t> row_numbers_;
  std::vector<std::pair<std::shared_ptr<const Batch>, bool>> parts_;  // of the keys; of the right?
  std::vector<PartRow> picked_;                                       // part 0 is an empty one
  BytesBuilder columns_;
  BytesBuilder lefts_;
  BytesBuilder rights_;
};

class Diff : public Operator {
 public:
  Diff(OperatorPtr left, OperatorPtr right, DiffOptions options)
      : options_(std::move(options)),
        shared_(shared_columns(*without_dictionaries(left->schema()),
                               *without_dictionaries(right->schema()), notes_)) {
    choose_keys();
    rows_.emplace(make_result_schema(), shown_, options_.ordered);
    schema_ = make_result_schema();
    inputs_.push_back(std::move(left));
    inputs_.push_back(std::move(right));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!left_) begin();
    while (!rows_->is_full() && !(left_->at_end() && right_->at_end()))
      step();
    std::optional<Batch> batch = rows_->take_all();
    if (batch && options_.differs) *options_.differs = true;
    return batch;
  }

 private:
  bool is_whole() const {
    return options_.multiset || (options_.keys.empty() && !options_.ordered);
  }

  // Finds the columns by which rows are brought together, and those that are shown as keys.
  void choose_keys() {
    for (const std::string& key : options_.keys)
      order_.push_back(find_key(key));
    if (is_whole()) {
      for (const SharedColumn& column : shared_) {
        if (column.is_same_type && !is_key(column.name)) order_.push_back(column);
      }
      if (order_.empty()) {
        throw Error(options_.left + " and " + options_.right + " have no column in common");
      }
    }
    shown_ = order_;
    if (!options_.keys.empty()) shown_.resize(options_.keys.size());
    if (is_whole()) return;
    for (const SharedColumn& column : shared_) {
      if (!is_key(column.name)) compared_.push_back(column);
    }
  }

  bool is_key(const std::string& name) const {
    return std::find(options_.keys.begin(), options_.keys.end(), name) != options_.keys.end();
  }

  const SharedColumn& find_key(const std::string& name) const {
    auto key = std::find_if(shared_.begin(), shared_.end(),
                            [&](const SharedColumn& column) { return column.name == name; });
    if (key == shared_.end()) {
      throw Error("key '" + printable(name) + "' is not a column of both " + options_.left +
                  " and " + options_.right);
    }
    if (!key->is_same_type) {
      throw Error("key '" + printable(name) + "' has different types in " + options_.left +
                  " and " + options_.right + "; give both the same with --types");
    }
    return *key;
  }

  SchemaPtr make_result_schema() const {
    std::vector<Field> keys;
    if (options_.ordered) keys.push_back({"row", int64_type(), true, {}});
    for (const SharedColumn& key : shown_)
      keys.push_back({key.name, key.type, true, {}});
    auto named = [&](const std::string& name) {
      const bool is_taken =
          std::any_of(keys.begin(), keys.end(), [&](const Field& key) { return key.name == name; });
      return Field{is_taken ? free_name(name, keys) : name, utf8_type(), true, {}};
    };
    std::vector<Field> fields{named("change")};
    fields.insert(fields.end(), keys.begin(), keys.end());
    for (const char* name : {"column", "left", "right"})
      fields.push_back(named(name));
    return make_schema(std::move(fields));
  }

  void begin() {
    for (OperatorPtr& input : inputs_) {
      if (options_.ordered) continue;
      SortOptions sort;
      for (const SharedColumn& column : order_)
        sort.keys.push_back({column.name});
      sort.spill = options_.spill;
      sort.spill.memory /= 2;
      input = make_sort(std::move(input), sort);
    }
    left_.emplace(std::move(inputs_[0]));
    right_.emplace(std::move(inputs_[1]));
    for (const ColumnNote& note : notes_)
      rows_->add_note(note);
  }

  void step() {
    const std::weak_ordering order = left_->at_end()    ? std::weak_ordering::greater
                                     : right_->at_end() ? std::weak_ordering::less
                                                        : compare(left_->row(), right_->row());
    if (order < 0) {
      rows_->add_row("removed", left_->row(), false, left_->number());
      advance(*left_, false);
    } else if (order > 0) {
      rows_->add_row("added", right_->row(), true, right_->number());
      advance(*right_, true);
    } else {
      compare_others();
      advance(*left_, false);
      advance(*right_, true);
    }
  }

  std::weak_ordering compare(const DiffRow& left, const DiffRow& right) const {
    for (const SharedColumn& key : order_) {
      const std::weak_ordering order =
          compare_rows(left.column(key.left), left.row, right.column(key.right), right.row);
      if (order != 0) return order;
    }
    return std::weak_ordering::equivalent;
  }

  void compare_others() {
    for (const SharedColumn& column : compared_) {
      const DiffRow& left = left_->row();
      const DiffRow& right = right_->row();
      const Column& a = left.column(column.left);
      const Column& b = right.column(column.right);
      const bool null_a = a.is_null(left.row);
      const bool null_b = b.is_null(right.row);
      if (null_a == null_b && (null_a || is_equal(column, a, left.row, b, right.row))) continue;
      auto shown = [](const Column& values, int64_t row, bool is_null) {
        return is_null ? std::nullopt : std::make_optional(text_of(values, row));
      };
      rows_->add_value(left, left_->number(), column.name, shown(a, left.row, null_a),
                       shown(b, right.row, null_b));
    }
  }

  bool is_equal(const SharedColumn& column, const Column& a, int64_t i, const Column& b,
                int64_t j) const {
    if (column.has_order && compare_values(a, i, b, j) == 0) return true;
    const bool is_near = column.is_number && (options_.tolerance > 0 || !column.is_same_type);
    if (column.has_order && !is_near) return false;
    const std::string left = text_of(a, i);
    const std::string right = text_of(b, j);
    if (left == right) return true;
    if (!is_near) return false;
    const std::optional<double> x = parse_float64(left);
    const std::optional<double> y = parse_float64(right);
    return x && y && std::abs(*x - *y) <= options_.tolerance;
  }

  // With keys, a row must not have the key of the one before.
  void advance(DiffSide& side, bool is_right) {
    const DiffRow before = side.row();
    side.advance();
    if (is_whole() || options_.ordered || side.at_end()) return;
    std::string key;
    for (const SharedColumn& column : order_) {
      const size_t at = is_right ? column.right : column.left;
      const Column& now = side.row().column(at);
      if (compare_rows(before.column(at), before.row, now, side.row().row) != 0) return;
      key += (key.empty() ? "" : ", ") + column.name + " = " +
             (now.is_null(side.row().row) ? "null" : text_of(now, side.row().row));
    }
    throw Error((is_right ? options_.right : options_.left) + ": two rows have the key " +
                printable(key) + "; use more keys, or --multiset");
  }

  DiffOptions options_;
  std::vector<ColumnNote> notes_;
  std::vector<SharedColumn> shared_;
  std::vector<SharedColumn> order_;     // by which rows are sorted and brought together
  std::vector<SharedColumn> shown_;     // those that the result has
  std::vector<SharedColumn> compared_;  // of rows that belong together
  SchemaPtr schema_;
  std::vector<OperatorPtr> inputs_;
  std::optional<DiffSide> left_;
  std::optional<DiffSide> right_;
  std::optional<DiffRows> rows_;
};

}  // namespace

OperatorPtr make_diff(OperatorPtr left, OperatorPtr right, const DiffOptions& options) {
  return std::make_unique<Diff>(std::move(left), std::move(right), options);
}

}  // namespace penstock
