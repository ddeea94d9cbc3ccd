#include "libcore/ops/aggregate/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/keys/row_order.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/ops/aggregate/rows_by_group.h"
#include "libcore/ops/aggregate/spilled_percentile.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class Percentile : public AggregateState {
 public:
  explicit Percentile(double fraction) : fraction_(fraction) {}

  void resize(int64_t groups) override { begins_.resize(static_cast<size_t>(groups) + 1); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    with_values(column, [&](auto* values) {
      const int32_t scale = column.type->scale;
      for_each_value(rows, column, [this, values, scale](size_t group, int64_t i) {
        groups_.push_back(static_cast<int32_t>(group));
        values_.push_back(as_double(values[i], scale));
      });
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (spilled_) {
      spill_rest();
      return with_one_zero(spilled_->finish(begin, count));
    }
    if (!is_grouped_) group_values();
    FixedBuilder<double> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      auto values = std::span(values_).subspan(begins_[group], begins_[group + 1] - begins_[group]);
      if (values.empty()) {
        results.append_null();
      } else {
        results.append(percentile(values));
      }
    }
    return with_one_zero(results.finish(float64_type()));
  }

  std::vector<Field> state_fields() const override {
    return {{"values", list_type(float64_type()), true, {}}};
  }

  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    if (!is_grouped_) group_values();
    size_t from = begins_[static_cast<size_t>(begin)];
    size_t to = begins_[static_cast<size_t>(begin + count)];
    if (to - from > kMaxBatchRows) throw Error("over 2^31 - 1 values in the lists of one batch");
    MutableBuffer offsets;
    for (int64_t i = begin; i <= begin + count; ++i) {
      offsets.push(static_cast<int32_t>(begins_[static_cast<size_t>(i)] - from));
    }
    auto items = static_cast<int64_t>(to - from);
    auto list = std::make_shared<Column>();
    list->type = list_type(float64_type());
    list->length = count;
    list->offsets = offsets.freeze();
    list->children = {make_column(
        float64_type(), items,
        Buffer::copy(values_.data() + from, items * static_cast<int64_t>(sizeof(double))))};
    return {list};
  }

  void merge(const AggregateRows& states) override {
    const Column& list = *states.columns[0];
    const Column& items = *list.children[0];
    const int32_t* offsets = list.offsets.as<int32_t>();
    for_each_value(states, list, [&](size_t group, int64_t i) {
      for (int32_t at = offsets[i]; at < offsets[i + 1]; ++at) {
        if (items.is_null(at)) continue;
        groups_.push_back(static_cast<int32_t>(group));
        values_.push_back(items.data<double>()[at]);
      }
    });
  }

  void spill(SpillFile& file, const SpillOptions& options) override {
    if (vector_bytes(values_) < options.memory / kMuch) return;
    if (!spilled_) spilled_ = std::make_unique<SpilledPercentile>(fraction_, file, options);
    spill_rest();
  }

  // Grouping the values takes the same memory again for a while.
  int64_t bytes() const override {
    return vector_bytes(groups_) + 2 * vector_bytes(values_) + 2 * vector_bytes(begins_);
  }

 private:
  void spill_rest() {
    spilled_->add(groups_, values_, static_cast<int64_t>(begins_.size()) - 1);
    groups_ = {};
    values_ = {};
  }

  // Groups the values (a counting sort); begins_[g] is where group g starts.
  void group_values() {
    is_grouped_ = true;
    for (int32_t group : groups_)
      ++begins_[static_cast<size_t>(group) + 1];
    for (size_t group = 1; group < begins_.size(); ++group)
      begins_[group] += begins_[group - 1];
    std::vector<size_t> at(begins_.begin(), begins_.end() - 1);
    std::vector<double> grouped(values_.size());
    for (size_t i = 0; i < values_.size(); ++i) {
      grouped[at[static_cast<size_t>(groups_[i])]++] = values_[i];
    }
    values_ = std::move(grouped);
    groups_ = {};
  }

  double percentile(std::span<double> values) const {
    auto less = [](double a, double b) { return a < b || (b != b && a == a); };
    PercentilePlace place(fraction_, static_cast<int64_t>(values.size()));
    auto nth = values.begin() + place.below;
    std::nth_element(values.begin(), nth, values.end(), less);
    if (place.part == 0) return *nth;
    return place.between(*nth, *std::min_element(nth + 1, values.end(), less));
  }

  double fraction_;
  std::vector<int32_t> groups_;
  std::vector<double> values_;
  std::vector<size_t> begins_;  // one for each group and the end
  bool is_grouped_ = false;
  std::unique_ptr<SpilledPercentile> spilled_;
};

class Strings : public AggregateState {
 public:
  Strings(TypePtr type, std::string separator)
      : type_(std::move(type)), separator_(std::move(separator)) {}

  void resize(int64_t groups) override {
    texts_.resize(static_cast<size_t>(groups));
    seen_.resize(static_cast<size_t>(groups));
  }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    if (!is_variable_bytes(column.type->id)) return;
    for_each_value(rows, column, [this, &column](size_t group, int64_t i) {
      std::string& text = texts_[group];
      const size_t before = text.capacity();
      if (seen_[group] != 0) text += separator_;
      text += column.bytes_at(i);
      seen_[group] = 1;
      text_bytes_ += static_cast<int64_t>(text.capacity() - before);
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    BytesBuilder results;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      if (seen_[group] == 0) {
        results.append_null();
      } else {
        results.append(texts_[group]);
        texts_[group] = {};
      }
    }
    return results.finish(type_);
  }

  std::vector<Field> state_fields() const override { return {{"text", type_, true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override {
    return vector_bytes(texts_) + vector_bytes(seen_) + text_bytes_;
  }

 private:
  TypePtr type_;
  std::string separator_;
  std::vector<std::string> texts_;
  std::vector<uint8_t> seen_;
  int64_t text_bytes_ = 0;
};

// Stores all rows, sorts them by group and order, and passes them to Strings.
class OrderedStrings : public AggregateState {
 public:
  explicit OrderedStrings(const AggregateCall& call)
      : strings_(call.type, call.separator), fields_(columns(call)), rows_(fields_) {
    directions_.emplace_back();
    for (const AggregateCall::Order& order : call.order_by) {
      directions_.push_back({order.descending, order.nulls_first});
    }
  }

  void resize(int64_t groups) override {
    strings_.resize(groups);
    rows_.resize(groups);
  }

  void add(const AggregateRows& rows) override { rows_.add(rows); }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (rows_.store().rows() != 0) sort_rows();
    return strings_.finish(begin, count);
  }

  std::vector<Field> state_fields() const override { return list_fields(fields_); }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return rows_.lists(begin, count);
  }
  void merge(const AggregateRows& states) override { rows_.add_lists(states); }
  // Sorting takes up to 32 bytes for each row, and the texts are written in addition to the rows.
  int64_t bytes() const override { return 2 * rows_.bytes() + strings_.bytes(); }

 private:
  static std::vector<Field> columns(const AggregateCall& call) {
    std::vector<Field> fields = {{"text", plain(call.argument_types.at(0)), true, {}}};
    for (const AggregateCall::Order& order : call.order_by) {
      fields.push_back(
          {fmt::format("order{}", fields.size()), plain(order.expression->type()), true, {}});
    }
    return fields;
  }

  void sort_rows() {
    std::span<const Batch> parts = rows_.parts();
    RowStore& store = rows_.store();
    std::vector<KeyPart> keys;
    for (const Batch& part : parts) {
      keys.push_back({{part.columns[0]}, part.rows});
      keys.back().columns.insert(keys.back().columns.end(), part.columns.begin() + 2,
                                 part.columns.end());
    }
    std::optional<std::vector<PartRow>> order = sorted_rows(keys, directions_);
    if (!order) {
      for (const Batch& part : parts)
        add_sorted(part);
    } else {
      auto step = static_cast<size_t>(store.output_rows());
      for (size_t at = 0; at < order->size(); at += step) {
        add_sorted(store.take(std::span(*order).subspan(at, std::min(step, order->size() - at))));
      }
    }
    store.clear();
  }

  void add_sorted(const Batch& batch) {
    std::span<const int32_t> groups(batch.columns[0]->data<int32_t>(),
                                    static_cast<size_t>(batch.rows));
    strings_.add({groups, std::span(batch.columns).subspan(1, 1)});
  }

  Strings strings_;
  std::vector<Field> fields_;
  RowsByGroup rows_;
  std::vector<KeyDirection> directions_;
};

}  // namespace

AggregateStatePtr make_percentile_state(double fraction) {
  return std::make_unique<Percentile>(fraction);
}

AggregateStatePtr make_string_state(const AggregateCall& call) {
  if (call.order_by.empty()) return std::make_unique<Strings>(call.type, call.separator);
  return std::make_unique<OrderedStrings>(call);
}

}  // namespace penstock
