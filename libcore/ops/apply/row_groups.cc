#include "libcore/ops/apply/row_groups.h"

#include <utility>

#include "libcore/data/take.h"

namespace penstock {
namespace {

std::vector<SortKey> ascending(const std::vector<std::string>& names) {
  std::vector<SortKey> keys;
  for (const std::string& name : names)
    keys.push_back({name});
  return keys;
}

}  // namespace

RowGroups::RowGroups(OperatorPtr rows, const std::vector<std::string>& keys)
    : rows_(std::move(rows)), order_(*rows_->schema(), ascending(keys)) {}

// Whether there is a row that was not returned; reads the next batch where the last one is done.
bool RowGroups::has_rows() {
  while (!batch_ || at_ == batch_->rows) {
    keys_.reset();
    batch_ = rows_->next();
    at_ = 0;
    if (!batch_) return false;
  }
  if (!keys_) keys_.emplace(order_, *batch_);
  return true;
}

// The end of the rows of the batch that have the group's key, from the first row on.
int64_t RowGroups::end_of_run() const {
  int64_t end = at_;
  while (end < batch_->rows && keys_->is_null(end) == group_.is_null &&
         keys_->bytes(end) == group_.bytes)
    ++end;
  return end;
}

bool RowGroups::begin() {
  if (!has_rows()) return false;
  group_ = keys_->owned(at_);
  return true;
}

std::optional<Batch> RowGroups::next() {
  if (!has_rows()) return std::nullopt;
  const int64_t end = end_of_run();
  if (end == at_) return std::nullopt;
  Batch rows = slice(*batch_, at_, end - at_);
  at_ = end;
  return rows;
}

}  // namespace penstock
