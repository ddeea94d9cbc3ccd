#include "libcore/ops/merge/run_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/keys/item_sort.h"
#include "libcore/ops/merge/loser_tree.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// The merge works by pieces: it cuts off what all runs have up to a common bound, and sorts that
// piece by itself. So pieces can be sorted by several threads, and a piece is a plain sort of keys
// in a cache. A merge row by row would wait for each comparison, and could use one thread only.
// Rows of the slices of all runs together, so that a piece stays in a cache; and the fewest rows
// that make a slice worth its overhead.
constexpr int64_t kRowsAtHand = 65536;
constexpr int64_t kLeastSliceRows = 256;
constexpr int64_t kLeastSliceBytes = int64_t{16} << 10;

// Small inputs are merged before threads would have started.
constexpr int64_t kPiecesWithoutThreads = 2;

// Some rows of a run with their keys.
struct Slice {
  Slice(const KeyOrder& order, Batch rows)
      : batch(std::move(rows)), bytes(memory_bytes(batch)), keys(order, batch) {}
  Batch batch;
  int64_t bytes;
  RowKeys keys;
};

// A run, and which rows of it are next.
class Cursor {
 public:
  // Slices of at most so many rows and about so many bytes.
  Cursor(SortedInput run, int64_t slice_rows, int64_t slice_bytes)
      : run_(std::move(run)), most_rows_(slice_rows), most_bytes_(slice_bytes) {}

  // Goes to the next slice; false at the end.
  bool next_slice(const KeyOrder& order) {
    row_ = 0;
    std::shared_ptr<const Slice> last = std::exchange(slice_, nullptr);
    if (sliced_ == batch_.rows) {
      std::optional<Batch> batch = run_.rows->next();
      batch_ = batch ? *std::move(batch) : Batch{};
      sliced_ = 0;
      if (batch_.rows == 0) return false;
      // By bytes too: few wide rows are as much as many narrow ones, and every run has a slice in
      // memory at the same time.
      slice_rows_ =
          std::clamp<int64_t>(most_bytes_ / (row_bytes(batch_) / batch_.rows + 1), 1, most_rows_);
    }
    int64_t rows = std::min(slice_rows_, batch_.rows - sliced_);
    slice_ = std::make_shared<const Slice>(order, slice(batch_, sliced_, rows));
    sliced_ += rows;
    // Runs of our own sort have no name and are in order. An input of the user may not be, and
    // merging it would give rows that only look sorted.
    if (!run_.name.empty()) require_order(order, last.get());
    return true;
  }

  bool is_ended() const { return slice_ == nullptr; }
  const std::shared_ptr<const Slice>& slice_at_hand() const { return slice_; }
  const RowKeys& keys() const { return slice_->keys; }
  int64_t last_row() const { return slice_->batch.rows - 1; }
  int64_t row() const { return row_; }
  void move_to(int64_t row) { row_ = row; }

  // The first row that comes after row `bound_row` of `bound`, or not before it.
  int64_t end_of(const KeyOrder& order, const RowKeys& bound, int64_t bound_row,
                 bool takes_equal) const {
    auto is_taken = [&](int64_t row) {
      return takes_equal ? !comes_before(order, bound, bound_row, keys(), row)
                         : comes_before(order, keys(), row, bound, bound_row);
    };
    // Binary search: the keys of a slice ascend. The first test finds the common case that none is
    // taken.
    int64_t begin = row_;
    int64_t end = slice_->batch.rows;
    if (!is_taken(begin)) return begin;
    while (end - begin > 1) {
      int64_t middle = begin + (end - begin) / 2;
      (is_taken(middle) ? begin : end) = middle;
    }
    return end;
  }

 private:
  void require_order(const KeyOrder& order, const Slice* last) {
    if (last != nullptr && comes_before(order, keys(), 0, last->keys, last->batch.rows - 1)) {
      refuse(1);
    }
    for (int64_t row = 1; row < slice_->batch.rows; ++row) {
      if (comes_before(order, keys(), row, keys(), row - 1)) refuse(row + 1);
    }
    rows_before_ += slice_->batch.rows;
  }

  [[noreturn]] void refuse(int64_t row) const {
    throw Error::of_input(
        fmt::format("{}: row {} is not in the order of the key; sort it with psort first",
                    run_.name, rows_before_ + row));
  }

  SortedInput run_;
  int64_t most_rows_;
  int64_t most_bytes_;
  int64_t slice_rows_ = 0;  // of batch_
  int64_t rows_before_ = 0;
  Batch batch_;
  int64_t sliced_ = 0;
  std::shared_ptr<const Slice> slice_;
  int64_t row_ = 0;
};

// Rows [begin, end) of a slice.
struct Stretch {
  size_t run;
  std::shared_ptr<const Slice> slice;
  int64_t begin;
  int64_t end;
};

// Stretches whose rows, sorted, are the next rows of the result.
struct Piece {
  std::vector<Stretch> stretches;
  int64_t rows = 0;
  int64_t bytes = 0;

  void add(size_t run, const std::shared_ptr<const Slice>& slice, int64_t begin, int64_t end) {
    rows += end - begin;
    bytes += slice->bytes / slice->batch.rows * (end - begin);
    stretches.push_back({run, slice, begin, end});
  }
};

// Cuts the runs into pieces. Not thread-safe.
class Cutter {
 public:
  Cutter(std::vector<SortedInput> runs, std::shared_ptr<const KeyOrder> order, const Schema& schema,
         int64_t piece_bytes)
      : order_(std::move(order)), piece_bytes_(piece_bytes) {
    auto count = static_cast<int64_t>(runs.size());
    int64_t slice_rows =
        count == 1 ? kBatchRows : std::clamp(kRowsAtHand / count, kLeastSliceRows, kBatchRows);
    // At least the bytes that a slice takes however few its rows are, and that make it worthwhile.
    int64_t slice_bytes = std::max({piece_bytes / count, frame_bytes(schema), kLeastSliceBytes});
    for (SortedInput& run : runs)
      cursors_.emplace_back(std::move(run), slice_rows, slice_bytes);
  }

  std::optional<Piece> next() {
    if (!is_started_) start();
    Piece piece;
    while (piece.rows < kBatchRows && piece.bytes < piece_bytes_ &&
           !cursors_[tree_.winner()].is_ended()) {
      cut(piece);
    }
    if (piece.rows == 0) return std::nullopt;
    // Equal rows come in the order of the runs.
    std::stable_sort(piece.stretches.begin(), piece.stretches.end(),
                     [](const Stretch& a, const Stretch& b) { return a.run < b.run; });
    return piece;
  }

 private:
  // Orders inputs by the end of their slice; of equal ends the earlier run comes first, because its
  // next slice may have more of them.
  auto ends_before() {
    return [this](size_t a, size_t b) {
      const Cursor& left = cursors_[a];
      const Cursor& right = cursors_[b];
      if (left.is_ended() || right.is_ended()) {
        return left.is_ended() == right.is_ended() ? a < b : right.is_ended();
      }
      auto before = [&](const Cursor& x, const Cursor& y) {
        return comes_before(*order_, x.keys(), x.last_row(), y.keys(), y.last_row());
      };
      return a < b ? !before(right, left) : before(left, right);
    };
  }

  void start() {
    is_started_ = true;
    for (Cursor& cursor : cursors_)
      cursor.next_slice(*order_);
    tree_.build(cursors_.size(), ends_before());
  }

  void cut(Piece& piece) {
    // The slice that ends first bounds the piece: no run has a row below this end that is not in
    // its slice at hand. Only then is the piece complete.
    size_t first = tree_.winner();
    std::shared_ptr<const Slice> bound = cursors_[first].slice_at_hand();
    for (size_t run = 0; run < cursors_.size(); ++run) {
      Cursor& cursor = cursors_[run];
      if (cursor.is_ended()) continue;
      // Of rows equal to the bound, those of earlier runs come before it and those of later runs
      // after.
      int64_t end = run == first
                        ? bound->batch.rows
                        : cursor.end_of(*order_, bound->keys, bound->batch.rows - 1, run < first);
      if (end == cursor.row()) continue;
      piece.add(run, cursor.slice_at_hand(), cursor.row(), end);
      cursor.move_to(end);
    }
    cursors_[first].next_slice(*order_);
    tree_.replay(ends_before());
  }

  std::shared_ptr<const KeyOrder> order_;
  int64_t piece_bytes_;
  std::vector<Cursor> cursors_;
  LoserTree tree_;
  bool is_started_ = false;
};

// Puts a piece's rows in order.
class PieceSorter {
 public:
  PieceSorter(const KeyOrder& order, const Piece& piece)
      : order_(order), stretches_(piece.stretches) {
    items_.reserve(static_cast<size_t>(piece.rows));
  }

  std::vector<SortItem> run() {
    auto add_all = [this](auto&& wanted) {
      for (size_t s = 0; s < stretches_.size(); ++s) {
        for (int64_t row = stretches_[s].begin; row < stretches_[s].end; ++row) {
          SortItem item{0, {static_cast<int32_t>(s), static_cast<RowIndex>(row)}};
          if (wanted(item)) items_.push_back(item);
        }
      }
    };
    bool any_null = std::any_of(stretches_.begin(), stretches_.end(), [](const Stretch& stretch) {
      return stretch.slice->keys.has_nulls();
    });
    auto null = [this](const SortItem& item) { return keys_of(item).is_null(item.row.row); };
    if (any_null && order_.has_nulls_first()) add_all(null);
    size_t begin = items_.size();
    if (any_null) {
      add_all([&](const SortItem& item) { return !null(item); });
    } else {
      add_all([](const SortItem&) { return true; });
    }
    // Nulls are kept out of the sort, whose keys they do not have; stretches are in the order of
    // the runs, and the sort is stable, so that equal rows keep it.
    std::vector<SortItem> scratch(items_.size() - begin);
    ItemSorter([this](const SortItem& item) { return keys_of(item).bytes(item.row.row); },
               order_.is_descending_text())
        .sort(std::span(items_).subspan(begin), scratch);
    if (any_null && !order_.has_nulls_first()) add_all(null);
    return std::move(items_);
  }

 private:
  const RowKeys& keys_of(const SortItem& item) const {
    return stretches_[static_cast<size_t>(item.row.part)].slice->keys;
  }

  const KeyOrder& order_;
  const std::vector<Stretch>& stretches_;
  std::vector<SortItem> items_;
};

class RunMerge : public Operator {
 public:
  RunMerge(std::vector<SortedInput> runs, const std::shared_ptr<const KeyOrder>& order,
           SchemaPtr schema, int threads, int64_t piece_bytes)
      : schema_(std::move(schema)),
        order_(order),
        threads_(threads),
        piece_bytes_(piece_bytes),
        cutter_(std::move(runs), order, *schema_, piece_bytes) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (at_ == ready_.size()) {
      at_ = 0;
      std::optional<std::vector<Batch>> batches = next_piece();
      if (!batches) {
        ready_.clear();
        return std::nullopt;
      }
      ready_ = *std::move(batches);
    }
    return std::exchange(ready_[at_++], {});
  }

 private:
  std::optional<std::vector<Batch>> next_piece() {
    if (pieces_ == kPiecesWithoutThreads) {
      pool_ = std::make_unique<OrderedPool<Piece, std::vector<Batch>>>(
          threads_, 1, Consumer::kWaits, [this] { return cutter_.next(); },
          [this](const Piece& piece) { return in_order(piece); });
    }
    ++pieces_;
    if (pool_) return pool_->next();
    std::optional<Piece> piece = cutter_.next();
    if (!piece) return std::nullopt;
    return in_order(*piece);
  }

  std::vector<Batch> in_order(const Piece& piece) const {
    std::vector<Batch> batches;
    // One run had all the rows: they are in order, and nothing is copied. This is how sorted inputs
    // that hardly overlap cost next to nothing.
    if (piece.stretches.size() == 1) {
      const Stretch& only = piece.stretches[0];
      batches.push_back(slice(only.slice->batch, only.begin, only.end - only.begin));
      return batches;
    }
    std::vector<SortItem> items = PieceSorter(*order_, piece).run();
    std::vector<PartRow> rows(items.size());
    for (size_t i = 0; i < items.size(); ++i)
      rows[i] = items[i].row;
    // The keys have done their work; they go before the columns are gathered.
    items = {};
    auto most = static_cast<size_t>(
        output_rows(piece.bytes, piece.rows, std::max(piece_bytes_, kBatchBytes)));
    for (size_t at = 0; at < rows.size(); at += most)
      batches.push_back(take(piece, std::span(rows).subspan(at, std::min(most, rows.size() - at))));
    return batches;
  }

  Batch take(const Piece& piece, std::span<const PartRow> rows) const {
    Batch batch{schema_, static_cast<int64_t>(rows.size()), {}};
    std::vector<ColumnPtr> columns(piece.stretches.size());
    for (size_t c = 0; c < schema_->size(); ++c) {
      for (size_t s = 0; s < columns.size(); ++s)
        columns[s] = piece.stretches[s].slice->batch.columns[c];
      batch.columns.push_back(take_from(columns, rows));
    }
    return batch;
  }

  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  int threads_;
  int64_t piece_bytes_;
  Cutter cutter_;
  int64_t pieces_ = 0;
  std::vector<Batch> ready_;
  size_t at_ = 0;
  std::unique_ptr<OrderedPool<Piece, std::vector<Batch>>> pool_;  // ends before what it uses
};

}  // namespace

OperatorPtr merge_runs(std::vector<SortedInput> runs, const std::shared_ptr<const KeyOrder>& order,
                       SchemaPtr schema, int threads, int64_t piece_bytes) {
  return std::make_unique<RunMerge>(std::move(runs), order, std::move(schema), threads,
                                    piece_bytes);
}

}  // namespace penstock
