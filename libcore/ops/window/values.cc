#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/ops/window/runner.h"

namespace penstock {
namespace {

// Where the number of a row stands that a call is written with; 1 without it.
class Numbers {
 public:
  Numbers(const SortedRows& rows, const CallColumns& columns) : cursor_(rows) {
    if (columns.arguments.size() > 1) column_ = columns.arguments[1];
  }

  void read(const WindowBlock& block) {
    values_ = column_ ? cursor_.range(*column_, block.begin, block.end) : nullptr;
  }
  bool is_null(size_t i) const { return values_ && values_->is_null(static_cast<int64_t>(i)); }
  int64_t at(size_t i) const { return values_ ? values_->data<int64_t>()[i] : 1; }

 private:
  RowCursor cursor_;
  std::optional<size_t> column_;
  ColumnPtr values_;
};

// lag and lead.
class Neighbours : public WindowRunner {
 public:
  Neighbours(const SortedRows& rows, const CallColumns& columns, bool before)
      : numbers_(rows, columns),
        values_(rows),
        defaults_(rows),
        columns_(columns),
        before_(before) {}

  ColumnPtr run(const WindowBlock& block) override {
    numbers_.read(block);
    std::vector<int64_t> places(block.rows());
    std::vector<bool> is_out(block.rows());
    bool any_out = false;
    for (size_t i = 0; i < places.size(); ++i) {
      places[i] = -1;
      if (numbers_.is_null(i)) continue;
      const int64_t row = block.begin + static_cast<int64_t>(i);
      int64_t place = 0;
      const bool far = before_ ? __builtin_sub_overflow(row, numbers_.at(i), &place)
                               : __builtin_add_overflow(row, numbers_.at(i), &place);
      if (!far && place >= block.partition_begin[i] && place < block.partition_end[i]) {
        places[i] = place;
      } else {
        is_out[i] = true;
        any_out = true;
      }
    }
    ColumnPtr taken = values_.take(columns_.arguments[0], places);
    if (!any_out || columns_.arguments.size() < 3) return taken;
    const ColumnPtr both[] = {taken,
                              defaults_.range(columns_.arguments[2], block.begin, block.end)};
    std::vector<PartRow> from(block.rows());
    for (size_t i = 0; i < from.size(); ++i)
      from[i] = {is_out[i] ? 1 : 0, static_cast<RowIndex>(i)};
    return take_from(both, from);
  }

 private:
  Numbers numbers_;
  RowCursor values_;
  RowCursor defaults_;
  CallColumns columns_;
  bool before_;
};

// first_value, last_value and nth_value.
class FrameValues : public WindowRunner {
 public:
  FrameValues(const SortedRows& rows, const WindowCall& call, const CallColumns& columns)
      : numbers_(rows, columns),
        values_(rows),
        frames_(rows, call.frame, columns.range),
        value_(columns.arguments[0]),
        kind_(call.function->kind),
        exclude_(call.frame.shape.exclude) {}

  ColumnPtr run(const WindowBlock& block) override {
    numbers_.read(block);
    const FrameBounds& bounds = frames_.find(block);
    std::vector<int64_t> places(block.rows());
    for (size_t i = 0; i < places.size(); ++i) {
      if (numbers_.is_null(i)) {
        places[i] = -1;
        continue;
      }
      const int64_t number = numbers_.at(i);
      if (number <= 0) throw Error("nth_value: the number of the row must be greater than zero");
      places[i] = place(frame_pieces(bounds, block, i, exclude_), number);
    }
    return values_.take(value_, places);
  }

 private:
  // The row of that number among the pieces', or the last one; -1 where there is none.
  int64_t place(const std::array<FramePiece, 3>& pieces, int64_t number) const {
    int64_t last = -1;
    for (const FramePiece& piece : pieces) {
      const int64_t rows = piece.end - piece.begin;
      if (rows > 0) last = piece.end - 1;
      if (kind_ == WindowKind::kLastValue) continue;
      if (number <= rows) return piece.begin + number - 1;
      number -= rows;
    }
    return kind_ == WindowKind::kLastValue ? last : -1;
  }

  Numbers numbers_;
  RowCursor values_;
  FrameFinder frames_;
  size_t value_;
  WindowKind kind_;
  FrameShape::Exclude exclude_;
};

}  // namespace

WindowRunnerPtr make_values(const WindowCall& call, const CallColumns& columns,
                            const SortedRows& rows) {
  const WindowKind kind = call.function->kind;
  if (kind == WindowKind::kBefore || kind == WindowKind::kAfter)
    return std::make_unique<Neighbours>(rows, columns, kind == WindowKind::kBefore);
  return std::make_unique<FrameValues>(rows, call, columns);
}

}  // namespace penstock
