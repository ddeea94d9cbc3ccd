#include "libcore/ops/sort/top_rows.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/sort/chunk.h"

namespace penstock {
namespace {

// Rows beyond the limit are thrown away when at least this many are held.
constexpr int64_t kCutRows = 65536;

}  // namespace

TopRows::TopRows(const SchemaPtr& schema, std::shared_ptr<const KeyOrder> order, int64_t limit,
                 int64_t cut_bytes)
    : order_(std::move(order)), limit_(limit), cut_bytes_(cut_bytes), store_(schema) {}

void TopRows::add(const Batch& batch) {
  if (bound_) {
    add_below_bound(batch);
  } else {
    store_.add(batch);
  }
  const int64_t beyond = 2 * std::min(limit_, INT64_MAX / 2);
  const bool is_much = store_.rows() >= kCutRows || store_.memory_bytes() >= cut_bytes_;
  if (is_much && store_.rows() >= beyond) cut();
}

// Of equal keys the earlier row is first, so that equal is not before.
void TopRows::add_below_bound(const Batch& batch) {
  RowKeys keys(*order_, batch);
  std::vector<RowIndex> rows;
  for (int64_t i = 0; i < batch.rows; ++i) {
    if (comes_before(*order_, keys, i, *bound_)) rows.push_back(static_cast<RowIndex>(i));
  }
  if (!rows.empty()) store_.add(take(batch, rows));
}

void TopRows::cut() {
  int64_t left = limit_;
  std::vector<Batch> sorted = sort_chunk(*order_, take_all());
  for (const Batch& batch : sorted) {
    int64_t rows = std::min(left, batch.rows);
    left -= rows;
    if (rows == 0) break;
    // A copy, because a slice would keep the dropped rows in memory.
    Batch kept = rows == batch.rows ? batch : copied(slice(batch, 0, rows));
    store_.add(kept);
    if (left == 0) bound_ = RowKeys(*order_, slice(kept, rows - 1, 1)).owned(0);
  }
}

std::vector<Batch> TopRows::take_all() {
  std::span<const Batch> parts = store_.parts();
  std::vector<Batch> batches(parts.begin(), parts.end());
  store_.clear();
  return batches;
}

}  // namespace penstock
