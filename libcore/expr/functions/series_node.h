// What a row-making function gives for each row: a series of elements, handed out piece by piece,
// so that a long one needs no memory.
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

  // Goes to the series of a row; its beginning. A null has no elements. Throws Error when the
  // series cannot be made.
  virtual void start(int64_t row) = 0;
  // How many elements to take next so that they have at most `bytes`: from 1 to `most`, which it is
  // where there is room for the whole series.
  virtual int64_t room(int64_t most, int64_t bytes) const {
    return std::clamp<int64_t>(bytes / static_cast<int64_t>(sizeof(int64_t)), 1, most);
  }
  // Takes up to `most` further elements and returns how many there were, fewer at the end of the
  // series; lessens `bytes` by what they have.
  virtual int64_t take(int64_t most, int64_t& bytes) = 0;
  // Adds nulls to what was taken.
  virtual void pad(int64_t count) = 0;
  // What was taken since the last call.
  virtual ColumnPtr finish() = 0;
};

// The elements of the rows of a list, which may be null.
std::unique_ptr<SeriesCursor> open_list(ColumnPtr list);

// A node whose lists may be longer than memory is: asked for them element by element instead.
class SeriesNode : public Node {
 public:
  using Node::Node;
  // The columns of `batch` that it does not read may be null pointers.
  virtual std::unique_ptr<SeriesCursor> open(const Batch& batch) const = 0;
  // The lists as a whole.
  ColumnPtr evaluate(const Batch& batch) const override;
};

// generate_series(first, last[, step]) over numbers or timestamps; a SeriesNode.
Bound bind_generate_series(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
