#include "libcore/expr/functions/made_rows.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/expr/functions/series_node.h"

namespace penstock {
namespace {

// Rows of the input whose lists are made at once: their bytes stay in a cache, and lists of texts
// may take some times as many.
constexpr int64_t kSliceBytes = int64_t{128} << 10;

// Bytes of a value of row i; about, where it is nested.
int64_t value_bytes(const Column& column, int64_t i) {
  const TypeId id = column.type->id;
  if (is_variable_bytes(id)) {
    return has_offsets32(id) ? std::ssize(column.bytes_at(i))
                             : std::ssize(column.large_bytes_at(i));
  }
  if (!column.children.empty() || column.dictionary != nullptr)
    return byte_size(column) / column.length;
  return static_cast<int64_t>(sizeof(int64_t));
}

int64_t value_bytes(std::span<const ColumnPtr> columns, int64_t i) {
  int64_t bytes = 0;
  for (const ColumnPtr& column : columns)
    bytes += value_bytes(*column, i);
  return bytes;
}

class Unfolding : public MadeRows {
 public:
  Unfolding(SchemaPtr schema, const std::vector<SelectListItem>& items,
            const std::vector<NodePtr>& series, Batch batch)
      : schema_(std::move(schema)), items_(items), series_(series), batch_(std::move(batch)) {
    for (const SelectListItem& item : items_) {
      if (item.makes_rows) item.node->add_columns(read_);
    }
    std::sort(read_.begin(), read_.end());
    read_.erase(std::unique(read_.begin(), read_.end()), read_.end());
    std::erase_if(read_, [this](size_t column) { return column >= batch_.columns.size(); });
  }

  std::optional<Batch> next() override {
    while (true) {
      if (row_ == slice_.rows && !next_slice()) return std::nullopt;
      int64_t bytes = kBatchBytes;
      while (row_ < slice_.rows && std::ssize(rows_) < kBatchRows && bytes > 0)
        unfold(bytes);
      if (!rows_.empty()) return output();
    }
  }

 private:
  bool next_slice() {
    if (taken_ == batch_.rows) return false;
    int64_t end = taken_;
    for (int64_t bytes = 0; end < batch_.rows && bytes < kSliceBytes; ++end)
      bytes += value_bytes(batch_.columns, end) + 1;
    slice_ = slice(batch_, taken_, end - taken_);
    taken_ = end;
    row_ = 0;
    is_started_ = false;
    cursors_.clear();
    for (const NodePtr& node : series_) {
      const auto* series = dynamic_cast<const SeriesNode*>(node.get());
      cursors_.push_back(series != nullptr ? series->open(slice_)
                                           : open_list(node->evaluate(slice_)));
    }
    // Items that do not make rows are computed before their rows are repeated.
    computed_.clear();
    repeated_.clear();
    for (const SelectListItem& item : items_) {
      computed_.push_back(item.makes_rows ? nullptr : item.evaluate(slice_));
      if (!item.makes_rows) repeated_.push_back(computed_.back());
    }
    for (size_t column : read_)
      repeated_.push_back(slice_.columns[column]);
    return true;
  }

  // Makes further rows of the current row, as many as fit, and goes to the next row at its end.
  void unfold(int64_t& bytes) {
    if (!is_started_) {
      for (const auto& cursor : cursors_)
        cursor->start(row_);
      is_started_ = true;
    }
    const int64_t each = value_bytes(repeated_, row_) + 1;
    int64_t room = std::clamp<int64_t>(bytes / each, 1, kBatchRows - std::ssize(rows_));
    for (const auto& cursor : cursors_)
      room = cursor->room(room, bytes);
    int64_t longest = 0;
    counts_.clear();
    for (const auto& cursor : cursors_) {
      counts_.push_back(cursor->take(room, bytes));
      longest = std::max(longest, counts_.back());
    }
    for (size_t k = 0; k < cursors_.size(); ++k) {
      if (counts_[k] < longest) cursors_[k]->pad(longest - counts_[k]);
    }
    rows_.insert(rows_.end(), static_cast<size_t>(longest), static_cast<RowIndex>(row_));
    bytes -= longest * each;
    if (longest == room) return;  // there may be more
    ++row_;
    is_started_ = false;
  }

  Batch output() {
    Batch wide{nullptr, std::ssize(rows_), {}};
    wide.columns.resize(batch_.columns.size());
    for (size_t column : read_)
      wide.columns[column] = take(*slice_.columns[column], rows_);
    for (const auto& cursor : cursors_)
      wide.columns.push_back(cursor->finish());
    Batch result{schema_, wide.rows, {}};
    for (size_t i = 0; i < items_.size(); ++i) {
      result.columns.push_back(items_[i].makes_rows ? items_[i].node->evaluate(wide)
                                                    : take(*computed_[i], rows_));
    }
    rows_.clear();
    return result;
  }

  SchemaPtr schema_;
  const std::vector<SelectListItem>& items_;
  const std::vector<NodePtr>& series_;
  Batch batch_;
  int64_t taken_ = 0;         // rows of it that have been in a slice
  std::vector<size_t> read_;  // columns of the batch that items which make rows read

  Batch slice_;
  std::vector<std::unique_ptr<SeriesCursor>> cursors_;
  std::vector<ColumnPtr> computed_;  // by item; null for those that make rows
  std::vector<ColumnPtr> repeated_;  // columns whose values are repeated
  int64_t row_ = 0;                  // the current row of the slice
  bool is_started_ = false;          // and its series begun

  std::vector<RowIndex> rows_;  // of the slice, of each row made
  std::vector<int64_t> counts_;
};

}  // namespace

std::unique_ptr<MadeRows> unfold_rows(SchemaPtr schema, const std::vector<SelectListItem>& items,
                                      const std::vector<NodePtr>& series, Batch batch) {
  return std::make_unique<Unfolding>(std::move(schema), items, series, std::move(batch));
}

}  // namespace penstock
