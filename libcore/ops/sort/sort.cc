#include "libcore/ops/sort/sort.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/keys/row_keys.h"
#include "libcore/ops/sort/chunk.h"
#include "libcore/ops/sort/sorted_runs.h"
#include "libcore/ops/sort/top_rows.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Bytes that sorting takes for each row besides the row's own: two items, its key as a word and its
// place.
constexpr int64_t kSortBytesARow = 48;

// The share of the memory for the first rows of a limit: while they are sorted there is a second
// copy.
constexpr double kTopShare = 0.25;

using Chunk = std::vector<Batch>;

SchemaPtr with_order(const SchemaPtr& schema, std::span<const SortKey> keys) {
  Metadata metadata = schema->metadata();
  std::erase_if(metadata, [](const auto& entry) { return entry.first == kOrderKey; });
  metadata.emplace_back(kOrderKey, to_string(keys));
  return make_schema(schema->fields(), std::move(metadata));
}

// Cuts the input into chunks.
class ChunkReader {
 public:
  ChunkReader(OperatorPtr input, SchemaPtr schema, int64_t bytes)
      : input_(std::move(input)),
        schema_(std::move(schema)),
        bytes_(bytes),
        frame_bytes_(frame_bytes(*schema_)) {}

  Operator& input() { return *input_; }
  // Frees an input that has been read.
  void close() { input_.reset(); }
  // Rows that come before the rest of the input.
  void put_back(std::vector<Batch> batches) {
    waiting_.insert(waiting_.end(), batches.begin(), batches.end());
  }

  std::optional<Chunk> next() {
    Chunk chunk;
    int64_t left = bytes_;
    while (std::optional<Batch> batch = next_batch()) {
      int64_t a_row = row_bytes(*batch) / batch->rows + kSortBytesARow;
      // A batch that is far too large for the chunk is cut.
      int64_t room = std::max<int64_t>(left / a_row, 1);
      if (batch->rows > room + bytes_ / a_row / 4) {
        waiting_.push_front(slice(*batch, room, batch->rows - room));
        batch = slice(*batch, 0, room);
      }
      left -= a_row * batch->rows + frame_bytes_;
      chunk.push_back(*std::move(batch));
      if (left <= 0) return chunk;
    }
    is_ended_ = true;
    if (chunk.empty()) return std::nullopt;
    return chunk;
  }

  // Whether the last chunk was the last one.
  bool is_ended() const { return is_ended_; }

 private:
  std::optional<Batch> next_batch() {
    std::optional<Batch> batch;
    if (!waiting_.empty()) {
      batch = std::move(waiting_.front());
      waiting_.pop_front();
    } else {
      batch = input_->next();
    }
    if (!batch) return std::nullopt;
    for (ColumnPtr& column : batch->columns)
      column = decode_dictionary(column);
    batch->schema = schema_;
    return batch;
  }

  OperatorPtr input_;
  SchemaPtr schema_;
  int64_t bytes_;
  int64_t frame_bytes_;  // of a batch
  std::deque<Batch> waiting_;
  bool is_ended_ = false;
};

class Sort : public Operator {
 public:
  Sort(OperatorPtr input, const SortOptions& options)
      : limit_(options.limit),
        memory_(options.spill.memory),
        tell_(options.spill.tell),
        schema_(with_order(without_dictionaries(input->schema()), options.keys)),
        order_(std::make_shared<const KeyOrder>(*input->schema(), options.keys)),
        runs_(schema_, order_, options.spill,
              options.threads && usable_cores() > 1 ? usable_cores() : 0),
        reader_(std::move(input), schema_, runs_.chunk_bytes()) {
    PENSTOCK_CHECK(limit_.value_or(0) >= 0);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!is_sorted_) sort_all();
    if (left_ == 0) return std::nullopt;
    std::optional<Batch> batch = small_ ? next_of_small() : merged_->next();
    if (!batch) return std::nullopt;
    if (batch->rows > left_) batch = slice(*batch, 0, left_);
    left_ -= batch->rows;
    return batch;
  }

 private:
  void sort_all() {
    is_sorted_ = true;
    left_ = limit_.value_or(INT64_MAX);
    if (left_ == 0) return;
    if (limit_) read_top();
    std::optional<Chunk> first = reader_.next();
    if (first && !reader_.is_ended()) return sort_runs(*std::move(first));
    small_ = true;
    if (first) sorted_ = sort_chunk(*order_, *std::move(first));
  }

  // Leaves little more than the first rows to be sorted, when they fit into the memory.
  void read_top() {
    auto most = static_cast<int64_t>(static_cast<double>(memory_) * kTopShare);
    TopRows top(schema_, order_, *limit_, most / 2);
    while (top.bytes() <= most) {
      std::optional<Batch> batch = reader_.input().next();
      if (!batch) break;
      top.add(*batch);
    }
    reader_.put_back(top.take_all());
  }

  void sort_runs(Chunk first) {
    {
      auto cut = [this, chunk = std::optional<Chunk>(std::move(first))]() mutable {
        return chunk ? std::exchange(chunk, std::nullopt) : reader_.next();
      };
      OrderedPool<Chunk, Chunk> pool(
          runs_.chunk_threads(), 1, Consumer::kWaits, std::move(cut),
          [this](Chunk chunk) { return sort_chunk(*order_, std::move(chunk)); });
      while (std::optional<Chunk> chunk = pool.next())
        runs_.add(*std::move(chunk));
    }
    reader_.close();
    merged_ = runs_.merge();
    if (tell_ && runs_.spilled_bytes() > 0) {
      tell_(fmt::format("the rows do not fit into the memory: {} bytes of sorted runs were written",
                        runs_.spilled_bytes()));
    }
  }

  // In batches of a usual size.
  std::optional<Batch> next_of_small() {
    if (at_ == sorted_.size()) return std::nullopt;
    const Batch& whole = sorted_[at_];
    int64_t rows = std::min(output_rows(row_bytes(whole), whole.rows), whole.rows - at_row_);
    Batch batch = slice(whole, at_row_, rows);
    batch.schema = schema_;
    at_row_ += rows;
    if (at_row_ == whole.rows) {
      sorted_[at_++] = {};
      at_row_ = 0;
    }
    return batch;
  }

  std::optional<int64_t> limit_;
  int64_t memory_;
  std::function<void(const std::string&)> tell_;
  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  SortedRuns runs_;
  ChunkReader reader_;

  bool is_sorted_ = false;
  int64_t left_ = 0;
  bool small_ = false;  // all rows were one chunk: sorted_, from at_row_ of at_ on
  Chunk sorted_;
  size_t at_ = 0;
  int64_t at_row_ = 0;
  OperatorPtr merged_;
};

}  // namespace

OperatorPtr make_sort(OperatorPtr input, const SortOptions& options) {
  PENSTOCK_CHECK(!options.keys.empty());
  return std::make_unique<Sort>(std::move(input), options);
}

}  // namespace penstock
