#include "libcore/ops/join/spill/hash.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/hash.h"
#include "libcore/ops/join/right.h"
#include "libcore/ops/join/spill/chunks.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/join/spill/spool.h"
#include "libcore/ops/merge/run_merge.h"
#include "libcore/rows/partitions.h"
#include "libcore/rows/store.h"

namespace penstock {

namespace {

// A hybrid hash join (DeWitt et al., "Implementation Techniques for Main Memory Database Systems",
// 1984; Shapiro 1986): both sides are divided by the same bits of the hash of their keys, so that
// partners meet in the partitions of one number. As many right partitions as fit are read into a
// table, and left rows of these are joined while the left is divided; the others form pairs on
// disk, which are divided again by the next bits until their right side fits.
// The part of the memory for rows that are being divided.
constexpr int64_t kJoinDealShare = 5;

// Partitions of one level, as a power of 2: each of them takes memory while rows are divided, and
// more of it the more columns there are.
int partition_bits(int64_t memory, const SpilledJoinPlan& plan) {
  constexpr int64_t kMiB = int64_t{1} << 20;
  int bits = memory < 4 * kMiB ? 3 : memory < 64 * kMiB ? 4 : 5;
  for (const SchemaPtr& side : {plan.left, plan.right})
    bits = std::min(bits, RowPartitions::most_bits(*side, memory / kJoinDealShare));
  return bits;
}

// The part that a piece of a merge of held rows takes.
constexpr int64_t kHeldMergeShare = 16;

// A child partition with more than this share of its parent's bytes has not become smaller.
constexpr double kStuckShare = 0.8;

using Partition = RowPartitions::Partition;

// Rows of both sides whose keys may be equal.
struct Pair {
  SpilledRun left;
  Partition right;
  int level = 0;  // of the next dealing out
};

// The left input, numbered. Rows of partitions that are not held are divided and not returned.
class LeftSplit : public Operator {
 public:
  LeftSplit(OperatorPtr left, const JoinPlan& plan, const SpilledJoinPlan& spilled,
            const std::vector<bool>& is_held, int bits, RowPartitions& others)
      : left_(std::move(left)),
        plan_(plan),
        spilled_(spilled),
        is_held_(is_held),
        bits_(bits),
        others_(others) {}

  SchemaPtr schema() const override { return spilled_.left; }

  std::optional<Batch> next() override {
    while (left_) {
      std::optional<Batch> batch = left_->next();
      if (!batch) {
        left_.reset();
        break;
      }
      int64_t first = rows_;
      rows_ += batch->rows;
      Batch given = split(spilled_left(left_rows(*std::move(batch), plan_), first, spilled_));
      if (given.rows != 0) return given;
    }
    return std::nullopt;
  }

 private:
  Batch split(const Batch& batch) {
    std::vector<int32_t> partitions = key_partitions(key_columns(batch, plan_.left_keys, plan_),
                                                     batch.rows, 0, bits_, plan_.nulls_match);
    std::vector<RowIndex> given;
    for (size_t i = 0; i < partitions.size(); ++i) {
      bool is_given =
          partitions[i] == RowPartitions::kNowhere || is_held_[static_cast<size_t>(partitions[i])];
      if (!is_given) continue;
      partitions[i] = RowPartitions::kNowhere;
      given.push_back(static_cast<RowIndex>(i));
    }
    others_.add(batch, partitions);
    return take(batch, given);
  }

  OperatorPtr left_;
  const JoinPlan& plan_;
  const SpilledJoinPlan& spilled_;
  const std::vector<bool>& is_held_;
  int bits_;
  RowPartitions& others_;
  int64_t rows_ = 0;
};

// Several runs, one after the other.
class Runs : public Operator {
 public:
  Runs(const SpillFile& file, SchemaPtr schema, std::vector<SpilledRun> runs)
      : file_(file), schema_(std::move(schema)), runs_(std::move(runs)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (true) {
      if (run_) {
        std::optional<Batch> batch = run_->next();
        if (batch) return batch;
      }
      if (next_ == runs_.size()) return std::nullopt;
      run_ = read_run(file_, runs_[next_++]);
    }
  }

 private:
  const SpillFile& file_;
  SchemaPtr schema_;
  std::vector<SpilledRun> runs_;
  size_t next_ = 0;
  OperatorPtr run_;
};

class SpilledHashJoin : public Operator {
 public:
  SpilledHashJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        spilled_(make_spilled_plan(plan_)),
        spill_(spill),
        bits_(partition_bits(spill.memory, spilled_)),
        file_(spill.directory),
        spool_(file_, spilled_.plan.output, spilled_.ordinals, spill.memory / 4) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (!output_) {
      join_partitions(split_inputs());
      output_ = spool_.finish();
    }
    std::optional<Batch> batch = output_->next();
    if (!batch) return std::nullopt;
    return without_ordinals(*std::move(batch), plan_);
  }

 private:
  size_t partition_count() const { return size_t{1} << bits_; }
  RowPartitions make_partitions(const SchemaPtr& schema) {
    return RowPartitions(file_, schema, partition_count(), spill_.memory / kJoinDealShare);
  }
  bool fits(int64_t bytes, int64_t rows) const {
    return JoinTableSize::of(bytes, rows) <= held_bytes(spill_);
  }

  // Divides both inputs, and joins the left rows whose partitions fit.
  std::vector<Pair> split_inputs() {
    // The right goes first: only when its sizes are known is it clear what fits.
    std::vector<Partition> rights = split_right();
    std::vector<bool> is_held = choose_held(rights);
    std::vector<SpilledRun> held;
    for (size_t p = 0; p < rights.size(); ++p) {
      if (is_held[p]) held.push_back(rights[p].run);
    }
    RowPartitions others = make_partitions(spilled_.left);
    {
      OperatorPtr joined = make_memory_hash_join(
          std::make_unique<LeftSplit>(std::move(left_), plan_, spilled_, is_held, bits_, others),
          read_held(std::move(held)), spilled_.plan);
      spool_.add(*joined);
    }
    std::vector<Partition> lefts = others.finish();
    std::vector<Pair> pairs;
    for (size_t p = 0; p < rights.size(); ++p) {
      if (is_held[p]) {
        file_.release(rights[p].run.segment);
      } else {
        // Level 1: the bits of level 0 are equal within the pair.
        pairs.push_back({std::move(lefts[p].run), std::move(rights[p]), 1});
      }
    }
    return pairs;
  }

  // Rows with a null key have no partner: they are returned now, or never.
  std::vector<Partition> split_right() {
    RowPartitions partitions = make_partitions(spilled_.right);
    RunWriter lonely(file_, spilled_.plan.output, spill_block_bytes(spill_.memory / 8, 1));
    int64_t rows = 0;
    while (std::optional<Batch> gathered = right_->next()) {
      Batch batch = spilled_right(*std::move(gathered), rows, spilled_);
      rows += batch.rows;
      std::vector<int32_t> places =
          key_partitions(key_columns(batch, spilled_.plan.right_keys, spilled_.plan), batch.rows, 0,
                         bits_, plan_.nulls_match);
      partitions.add(batch, places);
      if (plan_.keeps_right()) write_lonely(batch, places, lonely);
    }
    right_.reset();
    spool_.add(lonely.finish());
    return partitions.finish();
  }

  void write_lonely(const Batch& batch, const std::vector<int32_t>& places, RunWriter& lonely) {
    RowStore store(spilled_.plan.right);
    std::vector<RowIndex> rows;
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i] == RowPartitions::kNowhere) rows.push_back(static_cast<RowIndex>(i));
    }
    if (rows.empty()) return;
    store.add(right_rows(take(batch, rows), spilled_.plan));
    std::vector<PartRow> all;
    for (size_t i = 0; i < rows.size(); ++i)
      all.push_back({0, static_cast<RowIndex>(i)});
    store.parts();
    lonely.write(JoinPairs(spilled_.plan).right_alone(store, all));
  }

  // The held partitions' rows; in the right's order where that is the output's.
  OperatorPtr read_held(std::vector<SpilledRun> runs) {
    if (!plan_.keeps_right() || runs.empty()) {
      return std::make_unique<Runs>(file_, spilled_.right, std::move(runs));
    }
    std::vector<SortedInput> inputs;
    for (const SpilledRun& run : runs)
      inputs.push_back({read_run(file_, run)});
    std::vector<SortKey> keys = {SortKey{spilled_.plan.right->names().back()}};
    return merge_runs(std::move(inputs), std::make_shared<const KeyOrder>(*spilled_.right, keys),
                      spilled_.right, 0, spill_.memory / kHeldMergeShare);
  }

  // Chooses as many partitions as fit together, the smallest first. Uses half of the memory,
  // because rows of all other partitions are divided at the same time.
  std::vector<bool> choose_held(const std::vector<Partition>& partitions) const {
    std::vector<size_t> by_size(partitions.size());
    for (size_t p = 0; p < by_size.size(); ++p)
      by_size[p] = p;
    std::stable_sort(by_size.begin(), by_size.end(),
                     [&](size_t a, size_t b) { return partitions[a].bytes < partitions[b].bytes; });
    std::vector<bool> is_held(partitions.size());
    int64_t bytes = 0;
    for (size_t p : by_size) {
      bytes += JoinTableSize::of(partitions[p].bytes, partitions[p].run.rows);
      if (bytes > spill_.memory / 2) break;
      is_held[p] = true;
    }
    return is_held;
  }

  void join_partitions(std::vector<Pair> pairs) {
    while (!pairs.empty()) {
      // The last pair first: its own parts are joined, and their room on disk is given back, before
      // another is divided.
      Pair pair = std::move(pairs.back());
      pairs.pop_back();
      // Without left rows there is no result, unless right rows come alone.
      if (pair.left.rows == 0 && !plan_.keeps_right()) continue;
      if (fits(pair.right.bytes, pair.right.run.rows)) {
        OperatorPtr joined = make_memory_hash_join(read_run(file_, pair.left),
                                                   read_run(file_, pair.right.run), spilled_.plan);
        spool_.add(*joined);
      } else if (!split(pair, pairs)) {
        OperatorPtr right = read_run(file_, pair.right.run);
        join_by_chunks(file_, pair.left, *right, spilled_, held_bytes(spill_),
                       make_memory_hash_join, spool_);
      }
      file_.release(pair.left.segment);
      file_.release(pair.right.run.segment);
    }
  }

  // Divides a pair into smaller ones. Returns false when they do not become smaller.
  bool split(const Pair& pair, std::vector<Pair>& pairs) {
    // Each level takes bits of its own; those of the levels before are equal here.
    // All bits of the hash are used up: the keys are equal, or their hashes are.
    if ((pair.level + 1) * bits_ > 64) return false;
    // The right first: if it does not become smaller, the left need not be read.
    std::vector<Partition> rights =
        deal_out(pair.right.run, spilled_.right, spilled_.plan.right_keys, pair.level);
    for (const Partition& right : rights) {
      if (static_cast<double>(right.bytes) <= static_cast<double>(pair.right.bytes) * kStuckShare) {
        continue;
      }
      for (const Partition& useless : rights)
        file_.release(useless.run.segment);
      return false;
    }
    std::vector<Partition> lefts =
        deal_out(pair.left, spilled_.left, spilled_.plan.left_keys, pair.level);
    for (size_t p = 0; p < rights.size(); ++p)
      pairs.push_back({std::move(lefts[p].run), std::move(rights[p]), pair.level + 1});
    return true;
  }

  std::vector<Partition> deal_out(const SpilledRun& run, const SchemaPtr& schema,
                                  std::span<const size_t> key_numbers, int level) {
    RowPartitions partitions = make_partitions(schema);
    OperatorPtr rows = read_run(file_, run);
    while (std::optional<Batch> batch = rows->next()) {
      std::vector<ColumnPtr> keys = key_columns(*batch, key_numbers, spilled_.plan);
      partitions.add(*batch, key_partitions(keys, batch->rows, level, bits_, plan_.nulls_match));
    }
    return partitions.finish();
  }

  OperatorPtr left_;
  OperatorPtr right_;
  JoinPlan plan_;
  SpilledJoinPlan spilled_;
  SpillOptions spill_;
  int bits_;
  SpillFile file_;
  JoinSpool spool_;
  OperatorPtr output_;
};

}  // namespace

OperatorPtr make_spilled_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                   const SpillOptions& spill) {
  return std::make_unique<SpilledHashJoin>(std::move(left), std::move(right), std::move(plan),
                                           spill);
}

}  // namespace penstock
