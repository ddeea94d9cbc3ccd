#include "libcore/net/send_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/frame_maker.h"
#include "libcore/partition/heavy_keys.h"
#include "libcore/partition/key_sample.h"
#include "libcore/partition/scatter.h"
#include "libcore/rows/spool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr std::string_view kRangeText = "range ";
constexpr std::string_view kSpreadText = "spread hash ";

// The part of a sender's memory for rows that are gathered before they become frames.
constexpr int64_t kScatterShare = 8;
// The part of it for rows that are held while heavy keys are counted.
constexpr int64_t kHeldShare = 4;

// Partitions rows and makes frames of them.
class Splitter {
 public:
  Splitter(const PartitionOptions& how, const SchemaPtr& schema, Sender& sender, int64_t memory)
      : partitioner_(make_partitioner(how, *schema)),
        maker_(sender, static_cast<size_t>(how.partitions)),
        scatter_(
            *partitioner_, schema,
            [this](int64_t target, const RowsInTurn& rows) {
              maker_.add(partitioner_->members(target), rows);
            },
            limits(memory, sender.frame_target())) {}

  void add(Batch batch) {
    if (batch.rows != 0 && batch.metadata == nullptr) return scatter_.add(std::move(batch));
    const BatchMetadataPtr metadata = std::move(batch.metadata);
    scatter_.flush();
    maker_.begin_batch();
    scatter_.add(std::move(batch));
    scatter_.flush();
    maker_.end_batch(scatter_.schema(), metadata);
  }
  void flush() {
    scatter_.flush();
    maker_.flush();
  }

 private:
  // Batches of two thirds of a frame: a half more, which they may have, still is one frame.
  static ScatterLimits limits(int64_t memory, int64_t frame_target) {
    ScatterLimits limits;
    limits.bytes = std::min(limits.bytes, memory / kScatterShare);
    limits.bytes_each = frame_target * 2 / 3;
    return limits;
  }

  std::unique_ptr<Partitioner> partitioner_;
  FrameMaker maker_;
  Scatter scatter_;
};

// The sample is of the whole input, so that it does not miss the last rows.
int64_t send_ranges(Operator& input, PartitionOptions how, const SchemaPtr& schema, Sender& sender,
                    const SpillOptions& spill) {
  KeySampler sampler(*schema, how.keys, sample_rows(how.partitions),
                     static_cast<uint64_t>(how.start), SampledTexts::kBeginnings);
  RowSpool spool(schema, spill);
  while (std::optional<Batch> batch = input.next()) {
    if (batch->rows == 0) continue;
    batch->metadata.reset();
    sampler.add(*batch);
    spool.add(*std::move(batch));
  }
  std::string bounds = sender.exchange_sample(encode_batch_stream(sampler.sample()));
  how.bounds = decode_batch_stream(bounds);
  Splitter splitter(how, schema, sender, spill.memory);
  spool.drain([&](Batch batch) { splitter.add(std::move(batch)); });
  splitter.flush();
  return sampler.rows_seen();
}

// The sample is of the first rows, because the senders of the second input wait for its result.
int64_t send_spread(Operator& input, PartitionOptions how, const SchemaPtr& schema, Sender& sender,
                    int64_t memory) {
  KeySampler sampler(*schema, how.keys, sample_rows(how.partitions),
                     static_cast<uint64_t>(how.start));
  std::vector<Batch> held;
  int64_t held_bytes = 0;
  while (sampler.rows_seen() < kHeavySampleRows && held_bytes < memory / kHeldShare) {
    std::optional<Batch> batch = input.next();
    if (!batch) break;
    if (batch->rows != 0) sampler.add(*batch);
    held_bytes += byte_size(*batch);
    held.push_back(*std::move(batch));
  }
  std::string heavy = sender.exchange_sample(encode_batch_stream(sampler.sample()));
  how.heavy = decode_heavy_keys(heavy).hashes;
  Splitter splitter(how, schema, sender, memory);
  for (Batch& batch : held)
    splitter.add(std::move(batch));
  int64_t rows = sampler.rows_seen();
  while (std::optional<Batch> batch = input.next()) {
    rows += batch->rows;
    splitter.add(*std::move(batch));
  }
  splitter.flush();
  return rows;
}

}  // namespace

std::string exchange_text(const PartitionOptions& how) {
  switch (how.kind) {
    case PartitionKind::kHash:
      if (!how.spreads_heavy) return "hash " + to_string(how.keys);
      return (how.is_second_input ? "second " : "") + std::string(kSpreadText) +
             to_string(how.keys);
    case PartitionKind::kRange:
      return std::string(kRangeText) + to_string(how.keys);
    case PartitionKind::kRoundRobin:
      return "round-robin";
    case PartitionKind::kBroadcast:
      return "broadcast";
    case PartitionKind::kSingle:
      return "single";
    case PartitionKind::kGrid:
      return fmt::format("grid {}x{}{}", how.grid_rows, how.grid_columns,
                         how.is_second_input ? " second" : "");
  }
  return {};
}

int64_t send_rows(Operator& input, const PartitionOptions& how, Sender& sender,
                  const SpillOptions& spill) {
  SchemaPtr schema = partitioned_schema(how, *input.schema());
  require_partition_keys(how, *schema);
  sender.send_schema(*schema);
  int64_t rows = 0;
  if (how.kind == PartitionKind::kRange && how.partitions > 1 && !how.bounds) {
    rows = send_ranges(input, how, schema, sender, spill);
  } else if (how.spreads_heavy && !how.is_second_input) {
    rows = send_spread(input, how, schema, sender, spill.memory);
  } else {
    Splitter splitter(how, schema, sender, spill.memory);
    while (std::optional<Batch> batch = input.next()) {
      rows += batch->rows;
      splitter.add(*std::move(batch));
    }
    splitter.flush();
  }
  sender.end();
  return rows;
}

std::string choose_splitters(const std::vector<std::string>& samples,
                             const std::string& partitioning, int64_t receivers) {
  std::vector<Batch> batches;
  for (const std::string& sample : samples)
    batches.push_back(decode_batch_stream(sample));
  if (partitioning.starts_with(kSpreadText)) {
    return encode_heavy_keys(choose_heavy_keys(batches, receivers));
  }
  if (!partitioning.starts_with(kRangeText)) {
    throw Error("a sample for a partitioning that needs none");
  }
  std::vector<SortKey> keys =
      parse_sort_keys(std::string_view(partitioning).substr(kRangeText.size()));
  return encode_batch_stream(choose_bounds(batches, keys, receivers));
}

}  // namespace penstock
