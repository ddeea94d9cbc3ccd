#include "libcore/ops/sort/chunk.h"

#include <algorithm>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/keys/row_order.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Bytes of a gathered batch: far from what 32-bit offsets reach.
constexpr int64_t kGatherBytes = int64_t{64} << 20;

}  // namespace

std::vector<Batch> sort_chunk(const KeyOrder& order, std::vector<Batch> batches) {
  std::vector<KeyPart> parts;
  int64_t bytes = 0;
  int64_t rows = 0;
  for (const Batch& batch : batches) {
    parts.push_back({order.columns(batch), batch.rows});
    bytes += row_bytes(batch);
    rows += batch.rows;
  }
  std::optional<std::vector<PartRow>> wanted = sorted_rows(parts, order.directions());
  if (!wanted) return batches;
  auto most = static_cast<size_t>(std::max<int64_t>(kGatherBytes / (bytes / rows + 1), 1));
  std::vector<Batch> sorted;
  std::vector<ColumnPtr> columns(batches.size());
  for (size_t at = 0; at < wanted->size(); at += most) {
    auto some = std::span(*wanted).subspan(at, std::min(most, wanted->size() - at));
    Batch batch{batches[0].schema, static_cast<int64_t>(some.size()), {}};
    for (size_t c = 0; c < batch.schema->size(); ++c) {
      for (size_t b = 0; b < batches.size(); ++b)
        columns[b] = batches[b].columns[c];
      batch.columns.push_back(take_from(columns, some));
    }
    sorted.push_back(std::move(batch));
  }
  return sorted;
}

}  // namespace penstock
