#include "libcore/ops/aggregate_lists.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/ops/aggregate_loop.h"
#include "libcore/ops/row_order.h"
#include "libcore/ops/row_store.h"

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
    return results.finish(float64_type());
  }

 private:
  // Brings the values of each group together (a counting sort); begins_[g] is where group g starts.
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
    double place = fraction_ * static_cast<double>(values.size() - 1);
    auto below = static_cast<size_t>(place);
    auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), nth, values.end(), less);
    double low = *nth;
    double part = place - std::floor(place);
    if (part == 0) return low;
    double high = *std::min_element(nth + 1, values.end(), less);
    // Two infinities have no difference.
    return low == high ? low : low + part * (high - low);
  }

  double fraction_;
  std::vector<int32_t> groups_;
  std::vector<double> values_;
  std::vector<size_t> begins_;  // one for each group and the end
  bool is_grouped_ = false;
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
      if (seen_[group] != 0) text += separator_;
      text += column.bytes_at(i);
      seen_[group] = 1;
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

 private:
  TypePtr type_;
  std::string separator_;
  std::vector<std::string> texts_;
  std::vector<uint8_t> seen_;
};

// Puts all rows aside, sorts them by group and order, and hands them to Strings.
class OrderedStrings : public AggregateState {
 public:
  explicit OrderedStrings(const AggregateCall& call)
      : strings_(call.type, call.separator), store_(store_schema(call)) {
    directions_.emplace_back();
    for (const AggregateCall::Order& order : call.order_by) {
      directions_.push_back({order.descending, order.nulls_first});
    }
  }

  void resize(int64_t groups) override { strings_.resize(groups); }

  void add(const AggregateRows& rows) override {
    auto count = static_cast<int64_t>(rows.groups.size());
    Batch batch{store_.schema(), count, {}};
    batch.columns.push_back(make_column(
        int32_type(), count,
        Buffer::copy(rows.groups.data(), count * static_cast<int64_t>(sizeof(int32_t)))));
    batch.columns.insert(batch.columns.end(), rows.columns.begin(), rows.columns.end());
    store_.add(batch);
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (store_.rows() != 0) sort_rows();
    return strings_.finish(begin, count);
  }

 private:
  static SchemaPtr store_schema(const AggregateCall& call) {
    std::vector<Field> fields = {{"group", int32_type(), false, {}},
                                 {"text", plain(call.argument_types.at(0)), true, {}}};
    for (const AggregateCall::Order& order : call.order_by) {
      fields.push_back({"order", plain(order.expression->type()), true, {}});
    }
    return make_schema(std::move(fields));
  }

  void sort_rows() {
    std::span<const Batch> parts = store_.parts();
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
      auto step = static_cast<size_t>(store_.output_rows());
      for (size_t at = 0; at < order->size(); at += step) {
        add_sorted(store_.take(std::span(*order).subspan(at, std::min(step, order->size() - at))));
      }
    }
    store_.clear();
  }

  void add_sorted(const Batch& batch) {
    std::span<const int32_t> groups(batch.columns[0]->data<int32_t>(),
                                    static_cast<size_t>(batch.rows));
    strings_.add({groups, std::span(batch.columns).subspan(1, 1)});
  }

  Strings strings_;
  RowStore store_;
  std::vector<KeyDirection> directions_;
};

}  // namespace

AggregateStatePtr make_percentile_state(const AggregateCall& call) {
  return std::make_unique<Percentile>(call.parameters.at(0));
}

AggregateStatePtr make_string_state(const AggregateCall& call) {
  if (call.order_by.empty()) return std::make_unique<Strings>(call.type, call.separator);
  return std::make_unique<OrderedStrings>(call);
}

}  // namespace penstock
