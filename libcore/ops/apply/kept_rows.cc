#include "libcore/ops/apply/kept_rows.h"

#include <algorithm>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {

KeptRows::KeptRows(const SchemaPtr& schema, const SpillOptions& spill)
    : schema_(without_dictionaries(schema)), spill_(spill) {}

void KeptRows::add(Batch batch) {
  std::lock_guard lock(mutex_);
  if (spools_.empty() || is_last_taken_from_) spools_.emplace_back(batch.schema, spill_);
  is_last_taken_from_ = false;
  spools_.back().add(std::move(batch));
}

std::optional<Batch> KeptRows::take(int64_t most) {
  std::lock_guard lock(mutex_);
  while (!begun_) {
    if (spools_.empty()) return std::nullopt;
    is_last_taken_from_ = is_last_taken_from_ || spools_.size() == 1;
    begun_ = spools_.front().next();
    if (!begun_) spools_.pop_front();
    if (begun_ && begun_->rows == 0) begun_.reset();
  }
  const int64_t rows = std::min(most, begun_->rows);
  Batch taken = slice(*begun_, 0, rows);
  if (rows == begun_->rows) {
    begun_.reset();
  } else {
    begun_ = slice(*begun_, rows, begun_->rows - rows);
  }
  return taken;
}

}  // namespace penstock
