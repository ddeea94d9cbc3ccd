#include "libcore/partition/scatter.h"

#include <algorithm>
#include <span>
#include <utility>

#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr size_t kFewTargets = 4;

}  // namespace

Scatter::Scatter(Partitioner& partitioner, const SchemaPtr& schema, Give give, ScatterLimits limits)
    : partitioner_(partitioner),
      schema_(without_dictionaries(schema)),
      give_(std::move(give)),
      limits_(limits),
      counts_(static_cast<size_t>(partitioner.target_count())),
      rows_(static_cast<size_t>(partitioner.target_count())) {}

void Scatter::add(Batch batch) {
  if (batch.rows == 0) return;
  batch.schema = schema_;
  for (ColumnPtr& column : batch.columns)
    column = decode_dictionary(column);
  targets_.resize(static_cast<size_t>(batch.rows));
  partitioner_.assign(batch, targets_);
  if (rows_.size() <= kFewTargets) {
    list_few();
  } else {
    list_rows();
  }

  held_rows_ += batch.rows;
  held_bytes_ += row_bytes(batch);
  held_.push_back(std::move(batch));
  const int64_t targets = partitioner_.target_count();
  const bool is_enough = limits_.bytes_each == 0 ? held_rows_ >= limits_.rows_each * targets
                                                 : held_bytes_ >= limits_.bytes_each * targets;
  if (is_enough || held_bytes_ >= limits_.bytes) flush();
}

// Lists the rows of the last batch in held_, each after the earlier ones of its target.
void Scatter::list_rows() {
  std::fill(counts_.begin(), counts_.end(), 0);
  for (int32_t target : targets_)
    ++counts_[static_cast<size_t>(target)];
  std::vector<PartRow*> cursors(rows_.size());
  for (size_t t = 0; t < rows_.size(); ++t) {
    size_t before = rows_[t].size();
    rows_[t].resize(before + static_cast<size_t>(counts_[t]));
    cursors[t] = rows_[t].data() + before;
  }
  const auto part = static_cast<int32_t>(held_.size());
  for (size_t i = 0; i < targets_.size(); ++i) {
    *cursors[static_cast<size_t>(targets_[i])]++ = {part, static_cast<RowIndex>(i)};
  }
}

// The same: a pass for each target, in which no row waits for the cursor that the one before moved.
void Scatter::list_few() {
  const auto part = static_cast<int32_t>(held_.size());
  for (size_t t = 0; t < rows_.size(); ++t) {
    size_t end = rows_[t].size();
    rows_[t].resize(end + targets_.size());
    PartRow* rows = rows_[t].data();
    for (size_t i = 0; i < targets_.size(); ++i) {
      rows[end] = {part, static_cast<RowIndex>(i)};
      end += static_cast<size_t>(targets_[i] == static_cast<int32_t>(t));
    }
    rows_[t].resize(end);
  }
}

void Scatter::flush() {
  if (held_.empty()) return;
  std::vector<std::vector<ColumnPtr>> columns(schema_->size());
  for (const Batch& batch : held_) {
    for (size_t c = 0; c < columns.size(); ++c)
      columns[c].push_back(batch.columns[c]);
  }
  const auto most = static_cast<size_t>(
      limits_.bytes_each == 0
          ? output_rows(held_bytes_, held_rows_)
          : std::max<int64_t>(1, limits_.bytes_each / (held_bytes_ / held_rows_ + 1)));
  for (size_t t = 0; t < rows_.size(); ++t) {
    std::span<const PartRow> rows = rows_[t];
    // In pieces of equal size: a few surplus rows must not make a batch of their own.
    const size_t pieces = std::max<size_t>(1, (rows.size() + most / 2) / most);
    for (size_t piece = 0; piece < pieces && !rows.empty(); ++piece) {
      const size_t begin = rows.size() * piece / pieces;
      const size_t end = rows.size() * (piece + 1) / pieces;
      const auto bytes = static_cast<int64_t>(end - begin) * (held_bytes_ / held_rows_ + 1);
      give_(static_cast<int64_t>(t), {schema_, columns, rows.subspan(begin, end - begin), bytes});
    }
    rows_[t].clear();
  }
  held_.clear();
  held_rows_ = 0;
  held_bytes_ = 0;
}

}  // namespace penstock
