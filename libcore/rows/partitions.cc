#include "libcore/rows/partitions.h"

#include <algorithm>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr int64_t kLeastBlockBytes = int64_t{4} << 10;
constexpr int kMostBits = 16;

}  // namespace

int64_t spill_block_bytes(int64_t memory, size_t count) {
  // A writer takes two blocks.
  int64_t share = memory / static_cast<int64_t>(count) / 2;
  return std::clamp(share, kLeastBlockBytes, kSpillBlockBytes);
}

RowPartitions::RowPartitions(SpillFile& file, const SchemaPtr& schema, size_t count, int64_t memory)
    // Half for rows that wait (twice, while they are put together), half for blocks.
    : most_waiting_(memory / static_cast<int64_t>(count) / 4), gatherings_(count) {
  int64_t block = spill_block_bytes(memory / 2, count);
  for (Gathering& gathering : gatherings_)
    gathering.writer = std::make_unique<RunWriter>(file, schema, block);
}

int RowPartitions::most_bits(const Schema& schema, int64_t memory) {
  int bits = 1;
  while (frame_bytes(schema) << (bits + 2) <= memory && bits < kMostBits)
    ++bits;
  return bits;
}

void RowPartitions::add(const Batch& batch, std::span<const int32_t> partitions) {
  for (size_t i = 0; i < partitions.size(); ++i) {
    if (partitions[i] == kNowhere) continue;
    gatherings_[static_cast<size_t>(partitions[i])].rows.push_back(static_cast<RowIndex>(i));
  }
  for (Gathering& gathering : gatherings_) {
    if (gathering.rows.empty()) continue;
    Batch rows = take(batch, gathering.rows);
    gathering.rows.clear();
    gathering.bytes += row_bytes(rows);
    gathering.waiting_bytes += memory_bytes(rows);
    gathering.batches.push_back(std::move(rows));
    if (gathering.waiting_bytes >= most_waiting_) write(gathering);
  }
}

void RowPartitions::write(Gathering& gathering) {
  if (gathering.batches.empty()) return;
  gathering.writer->write(concatenate(gathering.batches));
  gathering.batches.clear();
  gathering.waiting_bytes = 0;
}

std::vector<RowPartitions::Partition> RowPartitions::finish() {
  std::vector<Partition> partitions;
  for (Gathering& gathering : gatherings_) {
    write(gathering);
    partitions.push_back({gathering.writer->finish(), gathering.bytes});
  }
  gatherings_.clear();
  return partitions;
}

}  // namespace penstock
