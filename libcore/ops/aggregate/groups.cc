#include "libcore/ops/aggregate/groups.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/data/take.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/rows/store.h"

namespace penstock {
AggregateGroups::AggregateGroups(std::vector<Field> keys, std::span<const AggregateCall> calls)
    : keys_(std::move(keys)), table_(types_of(keys_)) {
  for (const AggregateCall& call : calls)
    calls_.emplace_back(call);
  // Without keys there is one group whether or not a row comes.
  if (keys_.empty()) resize(1);
}

void AggregateGroups::resize(int64_t groups) {
  groups_ = groups;
  for (CallRunner& call : calls_)
    call.resize(groups);
}

void AggregateGroups::number(std::span<const ColumnPtr> keys, int64_t rows) {
  numbers_.resize(static_cast<size_t>(rows));
  first_rows_.clear();
  table_.insert(keys, rows, numbers_.data(), first_rows_);
  if (table_.size() > groups_) resize(table_.size());
}

void AggregateGroups::add(const Batch& batch, std::span<const size_t> key_columns) {
  std::vector<ColumnPtr> keys;
  for (size_t column : key_columns)
    keys.push_back(plain(batch.columns[column]));
  number(keys, batch.rows);
  count_rows();
  for (CallRunner& call : calls_)
    call.add(batch, numbers_, group_rows_);
}

void AggregateGroups::count_rows() {
  constexpr int64_t kManyRows = 1024;
  group_rows_.clear();
  if (std::ssize(numbers_) < kManyRows || groups_ > int64_t{kFewGroups}) return;
  InLanes<int64_t> counts;
  counts.for_each_row(numbers_, [](int64_t& count, int64_t) { ++count; });
  group_rows_.resize(static_cast<size_t>(groups_));
  for (size_t group = 0; group < group_rows_.size(); ++group) {
    counts.for_each_lane(group, [&](int64_t count) { group_rows_[group] += count; });
  }
}

void AggregateGroups::merge(const Batch& states) {
  std::span<const ColumnPtr> columns = states.columns;
  number(columns.first(keys_.size()), states.rows);
  size_t at = keys_.size();
  for (CallRunner& call : calls_) {
    size_t count = call.state_fields().size();
    call.merge({numbers_, columns.subspan(at, count)});
    at += count;
  }
}

std::vector<Field> AggregateGroups::state_fields() const {
  std::vector<Field> fields = keys_;
  for (size_t i = 0; i < calls_.size(); ++i) {
    for (Field& field : calls_[i].state_fields()) {
      field.name = fmt::format("#{}.{}", i, field.name);
      fields.push_back(std::move(field));
    }
  }
  return fields;
}

std::vector<ColumnPtr> AggregateGroups::states(int64_t begin, int64_t count) {
  std::vector<ColumnPtr> columns = table_.keys(begin, count);
  for (CallRunner& call : calls_) {
    std::vector<ColumnPtr> states = call.states(begin, count);
    columns.insert(columns.end(), states.begin(), states.end());
  }
  return columns;
}

std::vector<ColumnPtr> AggregateGroups::results(int64_t begin, int64_t count) {
  std::vector<ColumnPtr> columns = table_.keys(begin, count);
  for (CallRunner& call : calls_)
    columns.push_back(call.finish(begin, count));
  return columns;
}

void AggregateGroups::spill(SpillFile& file, const SpillOptions& options) {
  for (CallRunner& call : calls_)
    call.spill(file, options);
}

int64_t AggregateGroups::rows_at_once() {
  if (rows_at_once_ == 0) rows_at_once_ = output_rows(bytes(), groups_);
  return rows_at_once_;
}

int64_t AggregateGroups::bytes() const {
  int64_t bytes = table_.bytes();
  for (const CallRunner& call : calls_)
    bytes += call.bytes();
  return bytes;
}

}  // namespace penstock
