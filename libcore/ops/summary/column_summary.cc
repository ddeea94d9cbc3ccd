#include "libcore/ops/summary/column_summary.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/cast.h"

namespace penstock {
namespace {

constexpr double kQuartiles[] = {0.25, 0.5, 0.75};

ColumnPtr one_number(int64_t value) {
  return make_column(int64_type(), 1, Buffer::copy(&value, sizeof(value)));
}

// A state's count.
int64_t counted_at(const Column& column, int64_t row) {
  if (column.is_null(row) || column.data<int64_t>()[row] < 0) {
    throw Error("a partial summary has a count below 0");
  }
  return column.data<int64_t>()[row];
}

std::optional<std::string> text_at(const Column& column, int64_t row) {
  if (column.is_null(row)) return std::nullopt;
  std::string text;
  append_text(text, column, row);
  return text;
}

// Whether the rows of a text column are bytes of one character each. Words, because this file is
// compiled for size.
bool is_ascii(const Column& texts) {
  constexpr uint64_t kHighBits = 0x8080808080808080U;
  const int32_t* ends = texts.offsets.as<int32_t>();
  const uint8_t* at = texts.values.data() + ends[0];
  const uint8_t* end = texts.values.data() + ends[texts.length];
  uint64_t any = 0;
  for (; end - at >= 8; at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    any |= word;
  }
  for (; at < end; ++at)
    any |= *at;
  return (any & kHighBits) == 0;
}

}  // namespace

ColumnSummary::ColumnSummary(const Field& column)
    : column_(column),
      plain_(plain(column.type)),
      schema_(make_schema({{"x", plain_, true, {}}})),
      has_order_(is_orderable(*plain_)),
      is_text_(is_text(plain_->id)) {
  std::string list;
  if (has_order_) list = "min(x) as a, max(x) as b";
  if (is_numeric(plain_->id) && find_cast(plain_, float64_type()).kernel) {
    numbers_ = std::make_unique<NumberCounts>();
    // A sum of decimals may be too large for them.
    list += is_decimal(plain_->id) ? ", avg(x::float8) as c" : ", avg(x) as c";
    list += ", approx_percentile(x, 0.5) as d";
  }
  if (!list.empty()) {
    AggregateList bound = bind_aggregates({list, {}}, *schema_, {});
    if (numbers_) {
      // Its argument is the column as float64.
      number_ = bound.calls.back().arguments[0];
      bound.calls.pop_back();
    }
    for (const AggregateCall& call : bound.calls) {
      calls_.emplace_back(call);
      calls_.back().resize(1);
    }
  }
  if (ValueCounts::can_count(*plain_)) values_.emplace(plain_);
}

void ColumnSummary::add(const ColumnPtr& column) {
  const ColumnPtr values = plain(column);
  rows_ += values->length;
  nulls_ += values->null_count;
  if (values->null_count == values->length) return;
  if (static_cast<int64_t>(groups_.size()) < values->length) {
    groups_.resize(static_cast<size_t>(values->length));
  }
  const Batch batch{schema_, values->length, {values}};
  for (CallRunner& call : calls_)
    call.add(batch, std::span(groups_).first(static_cast<size_t>(values->length)));
  if (numbers_) numbers_->add(*number_->evaluate(batch));
  if (is_text_) add_lengths(*values);
  if (values_) values_->add(values);
}

void ColumnSummary::add_lengths(const Column& texts) {
  const int32_t* ends = texts.offsets.as<int32_t>();
  const bool are_bytes = is_ascii(texts);
  int64_t shortest = shortest_ < 0 ? INT64_MAX : shortest_;
  for (int64_t i = 0; i < texts.length; ++i) {
    if (texts.is_null(i)) continue;
    const auto length = are_bytes ? int64_t{ends[i + 1]} - ends[i]
                                  : static_cast<int64_t>(utf8_length(texts.bytes_at(i)));
    shortest = std::min(shortest, length);
    longest_ = std::max(longest_, length);
  }
  shortest_ = shortest;
}

std::vector<Field> ColumnSummary::state_fields() const {
  std::vector<Field> fields{{column_.name, column_.type, true, {}},
                            {"rows", int64_type(), true, {}},
                            {"nulls", int64_type(), true, {}}};
  auto append = [&](const std::vector<Field>& more) {
    fields.insert(fields.end(), more.begin(), more.end());
  };
  for (const CallRunner& call : calls_)
    append(call.state_fields());
  if (numbers_) append(bucket_fields());
  if (is_text_) append({{"shortest", int64_type(), true, {}}, {"longest", int64_type(), true, {}}});
  if (values_) append(ValueCounts::state_fields(plain_));
  return fields;
}

std::vector<ColumnPtr> ColumnSummary::state() {
  std::vector<ColumnPtr> columns{make_null_column(column_.type, 1), one_number(rows_),
                                 one_number(nulls_)};
  auto append = [&](const std::vector<ColumnPtr>& more) {
    columns.insert(columns.end(), more.begin(), more.end());
  };
  for (CallRunner& call : calls_)
    append(call.states(0, 1));
  if (numbers_) {
    const NumberBuckets buckets = numbers_->buckets();
    append(bucket_columns({&buckets, 1}));
  }
  if (is_text_) {
    // Without texts, nulls.
    for (int64_t length : {shortest_, longest_})
      columns.push_back(length < 0 ? make_null_column(int64_type(), 1) : one_number(length));
  }
  if (values_) append(values_->state());
  return columns;
}

void ColumnSummary::merge(std::span<const ColumnPtr> columns, int64_t row) {
  const int64_t rows = counted_at(*columns[1], row);
  const int64_t nulls = counted_at(*columns[2], row);
  if (__builtin_add_overflow(rows_, rows, &rows_) || nulls > rows) {
    throw Error("partial summaries have wrong counts");
  }
  nulls_ += nulls;
  std::vector<ColumnPtr> states;
  for (const ColumnPtr& column : columns)
    states.push_back(slice(column, row, 1));
  const int32_t group = 0;
  size_t at = 3;
  for (CallRunner& call : calls_) {
    const size_t count = call.state_fields().size();
    call.merge({{&group, 1}, std::span<const ColumnPtr>(states).subspan(at, count)});
    at += count;
  }
  if (numbers_) {
    for (const NumberBucket& bucket : buckets_at(std::span(columns).subspan(at), row))
      numbers_->add(bucket);
    at += 3;
  }
  if (is_text_) {
    merge_lengths(*columns[at], *columns[at + 1], row);
    at += 2;
  }
  if (values_) values_->merge(columns.subspan(at), row);
}

void ColumnSummary::merge_lengths(const Column& shortest, const Column& longest, int64_t row) {
  if (shortest.is_null(row) || longest.is_null(row)) return;
  const int64_t least = counted_at(shortest, row);
  shortest_ = shortest_ < 0 ? least : std::min(shortest_, least);
  longest_ = std::max(longest_, counted_at(longest, row));
}

ColumnFigures ColumnSummary::figures() {
  ColumnFigures figures{.rows = rows_, .nulls = nulls_};
  size_t call = 0;
  if (has_order_) {
    figures.least = text_at(*calls_[0].finish(0, 1), 0);
    figures.greatest = text_at(*calls_[1].finish(0, 1), 0);
    call = 2;
  }
  if (numbers_) {
    const ColumnPtr mean = calls_[call].finish(0, 1);
    if (mean->is_valid(0)) figures.mean = mean->data<double>()[0];
    const NumberBuckets buckets = numbers_->buckets();
    for (size_t i = 0; buckets.total() != 0 && i < std::size(kQuartiles); ++i)
      figures.quartiles[i] = buckets.at(kQuartiles[i]);
  }
  if (longest_ >= 0) {
    figures.shortest = shortest_;
    figures.longest = longest_;
  }
  if (values_) {
    figures.distinct = values_->distinct();
    if (std::optional<ValueCounts::Frequent> most = values_->most_frequent()) {
      figures.most_frequent = text_at(*most->value, 0);
      figures.frequency = most->count;
    }
  }
  return figures;
}

}  // namespace penstock
