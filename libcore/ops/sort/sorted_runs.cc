#include "libcore/ops/sort/sorted_runs.h"

#include <algorithm>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/ops/merge/run_merge.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Shares of the budget, measured to keep peak RSS within it: a chunk; the chunks under way (read,
// being sorted, sorted); a batch of a run; all runs that are merged at once; a merge's piece.
constexpr int64_t kChunkShare = 20;
constexpr int64_t kChunksShare = 3;
constexpr int64_t kRunBatchShare = 1024;
constexpr int64_t kMergeShare = 3;
constexpr int64_t kPieceShare = 16;

constexpr int64_t kLeastChunkBytes = int64_t{32} << 10;
constexpr int64_t kMostChunkBytes = int64_t{12} << 20;
constexpr int64_t kLeastRunBatchBytes = int64_t{4} << 10;
constexpr int64_t kMostRunBatchBytes = int64_t{512} << 10;
constexpr int64_t kLeastPieceBytes = int64_t{64} << 10;

// Batches of each run that are in memory: the current one, and those of pieces in work.
constexpr int64_t kBatchesARun = 4;
constexpr int64_t kBatchesARunAlone = 2;
constexpr int64_t kLeastWidth = 2;
constexpr int64_t kLeastWidthOfThreads = 8;
constexpr int64_t kMostWidth = 512;

// The values of a run's batch take at least this part of the fixed bytes of its columns.
constexpr int64_t kFrameShare = 4;

class HeldRun : public Operator {
 public:
  HeldRun(SchemaPtr schema, OperatorPtr before, std::vector<Batch> batches)
      : schema_(std::move(schema)), before_(std::move(before)), batches_(std::move(batches)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    if (before_) {
      if (std::optional<Batch> batch = before_->next()) return batch;
      before_.reset();
    }
    if (at_ == batches_.size()) return std::nullopt;
    return std::exchange(batches_[at_++], {});
  }

 private:
  SchemaPtr schema_;
  OperatorPtr before_;
  std::vector<Batch> batches_;
  size_t at_ = 0;
};

}  // namespace

int64_t SortedRuns::SortedRun::rows() const {
  int64_t rows = spilled ? spilled->rows : 0;
  for (const Batch& batch : held)
    rows += batch.rows;
  return rows;
}

SortedRuns::SortedRuns(SchemaPtr schema, std::shared_ptr<const KeyOrder> order,
                       const SpillOptions& spill, int threads)
    : schema_(std::move(schema)),
      order_(std::move(order)),
      threads_(threads),
      frame_bytes_(frame_bytes(*schema_)),
      budget_(spill.memory),
      file_(spill.directory) {}

int64_t SortedRuns::chunk_bytes() const {
  int64_t share = std::clamp(budget_.limit() / kChunkShare, kLeastChunkBytes, kMostChunkBytes);
  return std::max(share, 2 * frame_bytes_);
}

// Each thread has a chunk and its sorted copy, the reader another chunk.
int SortedRuns::chunk_threads() const {
  int64_t chunks = budget_.limit() / kChunksShare / (2 * chunk_bytes());
  return static_cast<int>(std::clamp<int64_t>(chunks - 1, 0, threads_));
}

int64_t SortedRuns::run_batch_bytes() const {
  int64_t share =
      std::clamp(budget_.limit() / kRunBatchShare, kLeastRunBatchBytes, kMostRunBatchBytes);
  return std::max(share, frame_bytes_ / kFrameShare);
}

int64_t SortedRuns::block_bytes() const {
  return std::min(run_batch_bytes(), kSpillBlockBytes);
}

// The larger rows are, the fewer runs are read at once. The schema that each run is read by takes
// about a frame, and so do the columns of a batch.
SortedRuns::MergePlan SortedRuns::merge_plan() const {
  int64_t a_batch = std::max(run_batch_bytes(), largest_) + frame_bytes_ / 2;
  int64_t besides = 2 * block_bytes() + frame_bytes_;
  int64_t share = budget_.limit() / kMergeShare;
  MergePlan plan{share / (kBatchesARun * a_batch + besides), threads_, 0};
  if (plan.width < kLeastWidthOfThreads) {
    plan.threads = 0;
    plan.width = share / (kBatchesARunAlone * a_batch + besides);
  }
  plan.width = std::clamp(plan.width, kLeastWidth, kMostWidth);
  plan.piece_bytes =
      std::clamp(budget_.limit() / kPieceShare / (plan.threads + 2), kLeastPieceBytes, kPieceBytes);
  return plan;
}

void SortedRuns::add(std::vector<Batch> chunk) {
  PENSTOCK_CHECK(!chunk.empty());
  RowKeys first(*order_, slice(chunk.front(), 0, 1));
  RowKeys last(*order_, slice(chunk.back(), chunk.back().rows - 1, 1));
  bool continues = !runs_.empty() && !comes_before(*order_, first, 0, runs_.back().last);
  if (!continues) {
    if (!runs_.empty() && runs_.back().held.empty()) end_writer(runs_.back());
    runs_.emplace_back();
  }
  SortedRun& run = runs_.back();
  run.last = last.owned(0);
  for (Batch& batch : chunk) {
    int64_t bytes = memory_bytes(batch);
    run.held_bytes += bytes;
    budget_.charge(bytes);
    run.held.push_back(std::move(batch));
  }
  if (!budget_.fits(0, kHeldShare)) spill_held();
}

// While there are few runs, each is written unchanged. When there are many, those in memory are
// merged into one first: that costs a merge in memory, and saves a merge of everything on disk.
void SortedRuns::spill_held() {
  auto on_disk = std::count_if(runs_.begin(), runs_.end(),
                               [](const SortedRun& run) { return run.writer || run.spilled; });
  auto held = std::ssize(runs_) - on_disk;
  if (on_disk + held <= merge_plan().width * 3 / 4 || held == 0) {
    spill_each();
  } else {
    spill_merged();
  }
}

void SortedRuns::spill_each() {
  for (SortedRun& run : runs_) {
    if (!run.held.empty() && !run.writer) {
      PENSTOCK_CHECK(!run.spilled);
      run.writer = std::make_unique<RunWriter>(file_, schema_, block_bytes());
    }
    for (Batch& batch : run.held)
      write_batches(*run.writer, std::exchange(batch, {}));
    run.held.clear();
    budget_.release(std::exchange(run.held_bytes, 0));
    if (&run != &runs_.back()) end_writer(run);
  }
}

// Runs in memory are the last ones; the one before may have begun on disk.
void SortedRuns::spill_merged() {
  size_t first = runs_.size();
  while (first > 0 && !runs_[first - 1].held.empty() && !runs_[first - 1].writer)
    --first;
  if (first == runs_.size()) return spill_each();
  SortedRun merged;
  merged.writer = std::make_unique<RunWriter>(file_, schema_, block_bytes());
  OperatorPtr rows = merge_of(std::span(runs_).subspan(first));
  while (std::optional<Batch> batch = rows->next()) {
    write_batches(*merged.writer, *batch);
    merged.last = RowKeys(*order_, slice(*batch, batch->rows - 1, 1)).owned(0);
  }
  rows.reset();
  runs_.resize(first);
  runs_.push_back(std::move(merged));
  int64_t held = 0;
  for (const SortedRun& run : runs_)
    held += run.held_bytes;
  budget_.release(budget_.used() - held);
  if (!budget_.fits(0, kHeldShare)) spill_each();
}

void SortedRuns::write_batches(RunWriter& writer, const Batch& batch) {
  int64_t a_row = row_bytes(batch) / batch.rows + 1;
  int64_t rows = std::clamp<int64_t>(run_batch_bytes() / a_row, 1, batch.rows);
  for (int64_t at = 0; at < batch.rows; at += rows) {
    Batch some = slice(batch, at, std::min(rows, batch.rows - at));
    largest_ = std::max(largest_, row_bytes(some));
    writer.write(some);
  }
}

void SortedRuns::end_writer(SortedRun& run) {
  if (!run.writer) return;
  run.spilled = run.writer->finish();
  run.writer.reset();
}

OperatorPtr SortedRuns::open(SortedRun& run) {
  end_writer(run);
  OperatorPtr before;
  if (run.spilled) before = read_run(file_, *run.spilled);
  return std::make_unique<HeldRun>(schema_, std::move(before), std::exchange(run.held, {}));
}

OperatorPtr SortedRuns::merge_of(std::span<SortedRun> runs) {
  std::vector<SortedInput> opened;
  for (SortedRun& run : runs)
    opened.push_back({open(run)});
  MergePlan plan = merge_plan();
  return merge_runs(std::move(opened), order_, schema_, plan.threads, plan.piece_bytes);
}

// Merges neighbours, so that equal rows stay in order: those with the fewest rows, and no more of
// them than necessary to reach the number that can be merged at once.
void SortedRuns::merge_neighbours() {
  auto width = static_cast<size_t>(merge_plan().width);
  size_t count = std::min(width, runs_.size() - width + 1);
  size_t best = 0;
  int64_t least = 0;
  int64_t rows = 0;
  for (size_t i = 0; i < runs_.size(); ++i) {
    rows += runs_[i].rows();
    if (i >= count) rows -= runs_[i - count].rows();
    if (i + 1 == count || (i + 1 > count && rows < least)) {
      least = rows;
      best = i + 1 - count;
    }
  }
  std::span<SortedRun> chosen = std::span(runs_).subspan(best, count);
  RunWriter writer(file_, schema_, block_bytes());
  OperatorPtr merged = merge_of(chosen);
  while (std::optional<Batch> batch = merged->next())
    write_batches(writer, *batch);
  merged.reset();
  for (const SortedRun& run : chosen)
    if (run.spilled) file_.release(run.spilled->segment);
  chosen[0] = SortedRun{};
  chosen[0].spilled = writer.finish();
  auto begin = runs_.begin() + static_cast<std::ptrdiff_t>(best);
  runs_.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(count));
}

OperatorPtr SortedRuns::merge() {
  bool any_on_disk = file_.written_bytes() > 0;
  const int64_t width = merge_plan().width;
  if (any_on_disk && std::ssize(runs_) > width) {
    spill_held();
    end_writer(runs_.back());
    while (std::ssize(runs_) > width)
      merge_neighbours();
  }
  if (runs_.empty()) runs_.emplace_back();
  return merge_of(runs_);
}

}  // namespace penstock
