#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/window/runner.h"

namespace penstock {
namespace {

class Ranks : public WindowRunner {
 public:
  explicit Ranks(WindowKind kind) : kind_(kind) {}

  ColumnPtr run(const WindowBlock& block) override {
    const bool is_number = kind_ == WindowKind::kRowNumber;
    if (kind_ == WindowKind::kDenseRank) return dense(block);
    if (kind_ == WindowKind::kPercentRank || kind_ == WindowKind::kCumulativeDistribution)
      return parts(block);
    std::vector<int64_t> ranks(block.rows());
    for (size_t i = 0; i < ranks.size(); ++i) {
      const int64_t row = is_number ? block.begin + static_cast<int64_t>(i) : block.peer_begin[i];
      ranks[i] = row - block.partition_begin[i] + 1;
    }
    return int64_column(ranks);
  }

 private:
  ColumnPtr dense(const WindowBlock& block) {
    std::vector<int64_t> ranks(block.rows());
    for (size_t i = 0; i < ranks.size(); ++i) {
      const int64_t row = block.begin + static_cast<int64_t>(i);
      if (row == block.partition_begin[i]) group_ = 0;
      if (row == block.peer_begin[i]) ++group_;
      ranks[i] = group_;
    }
    return int64_column(ranks);
  }

  ColumnPtr parts(const WindowBlock& block) const {
    FixedBuilder<double> parts;
    for (size_t i = 0; i < block.rows(); ++i) {
      const int64_t begin = block.partition_begin[i];
      const int64_t size = block.partition_end[i] - begin;
      if (kind_ == WindowKind::kCumulativeDistribution) {
        parts.append(static_cast<double>(block.peer_end[i] - begin) / static_cast<double>(size));
      } else {
        parts.append(size == 1 ? 0
                               : static_cast<double>(block.peer_begin[i] - begin) /
                                     static_cast<double>(size - 1));
      }
    }
    return parts.finish(float64_type());
  }

  WindowKind kind_;
  int64_t group_ = 0;  // of dense_rank, of the last row
};

class Tiles : public WindowRunner {
 public:
  Tiles(const SortedRows& rows, size_t number) : cursor_(rows), number_(number) {}

  ColumnPtr run(const WindowBlock& block) override {
    FixedBuilder<int64_t> buckets;
    for (size_t i = 0; i < block.rows(); ++i) {
      const int64_t begin = block.partition_begin[i];
      const int64_t row = block.begin + static_cast<int64_t>(i);
      if (row == begin) count_ = 0;
      if (count_ == 0) read_count(row);
      if (count_ == 0) {
        buckets.append_null();
        continue;
      }
      const int64_t rows = block.partition_end[i] - begin;
      const int64_t each = rows / count_;
      const int64_t larger = rows % count_;  // that many parts have one row more
      const int64_t at = row - first_;
      const int64_t in_larger = larger * (each + 1);
      buckets.append(at < in_larger ? at / (each + 1) + 1 : larger + (at - in_larger) / each + 1);
    }
    return buckets.finish(int64_type());
  }

 private:
  // As in PostgreSQL, the number is that of the partition's first row where it is not null, and the
  // parts begin there.
  void read_count(int64_t row) {
    const RowCursor::Place place = cursor_.at(number_, row);
    first_ = row;
    if (place.column->is_null(place.row)) return;
    count_ = place.column->data<int64_t>()[place.row];
    if (count_ <= 0) throw Error("ntile: the number of parts must be greater than zero");
  }

  RowCursor cursor_;
  size_t number_;
  int64_t count_ = 0;  // 0 while it is null
  int64_t first_ = 0;
};

}  // namespace

WindowRunnerPtr make_ranks(const WindowCall& call, const CallColumns& columns,
                           const SortedRows& rows) {
  if (call.function->kind == WindowKind::kBuckets)
    return std::make_unique<Tiles>(rows, columns.arguments[0]);
  return std::make_unique<Ranks>(call.function->kind);
}

}  // namespace penstock
