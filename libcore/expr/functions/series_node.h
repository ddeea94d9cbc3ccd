// The series of elements that a row-making function gives for each row, returned piece by piece, so
// that a long one needs no memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

// The series of a batch's rows, one at a time, and a column of the elements that were taken from
// them. Not thread-safe.
class SeriesCursor {
 public:
  virtual ~SeriesCursor() = default;

  // Goes to the beginning of the series of a row. A null has no elements. Throws Error when the
  // series cannot be made.
  virtual void start(int64_t row) = 0;
  // Returns how many elements to take next so that they have at most `bytes`: at least 1, and
  // `most` when the whole series fits.
  virtual int64_t room(int64_t most, int64_t bytes) const {
    return std::clamp<int64_t>(bytes / static_cast<int64_t>(sizeof(int64_t)), 1, most);
  }
  // Takes up to `most` further elements, and subtracts their bytes from `bytes`. Returns their
  // number, which is smaller at the end of the series.
  virtual int64_t take(int64_t most, int64_t& bytes) = 0;
  // Appends nulls to the elements that were taken.
  virtual void pad(int64_t count) = 0;
  // Returns the elements that were taken since the last call.
  virtual ColumnPtr finish() = 0;
};

// Returns the elements of the rows of a list column, whose rows may be null.
std::unique_ptr<SeriesCursor> open_list(ColumnPtr list);

// A node whose lists may be longer than memory: their elements are requested piece by piece
// instead.
class SeriesNode : public Node {
 public:
  using Node::Node;
  // Columns of `batch` that it does not read may be null pointers.
  virtual std::unique_ptr<SeriesCursor> open(const Batch& batch) const = 0;
  // Returns the lists as a whole.
  ColumnPtr evaluate(const Batch& batch) const override;
};

// generate_series(first, last[, step]) over numbers or timestamps; a SeriesNode.
Bound bind_generate_series(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
