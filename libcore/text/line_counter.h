// Finds the line number of a place in a text. Lines are counted only as far as necessary, so that a
// scan that reads some parts of a file does not read the others for it.
#pragma once

#include <cstdint>

#include "libcore/os/byte_source.h"

namespace penstock {

// Returns the number of newlines in bytes [begin, end) of a source that can be sought, or in as
// many of them as exist.
int64_t count_newlines(const ByteSource& source, int64_t begin, int64_t end);

// Not thread-safe. Places come in ascending order.
class LineCounter {
 public:
  // There are `newlines` before `offset`.
  LineCounter(int64_t offset, int64_t newlines) : offset_(offset), newlines_(newlines) {}

  // Returns the number of newlines before `offset`. Reads the bytes in between that were not
  // passed.
  int64_t before(int64_t offset, const ByteSource& source) {
    if (offset > offset_) {
      newlines_ += count_newlines(source, offset_, offset);
      offset_ = offset;
    }
    return newlines_;
  }

  // States that bytes [begin, end) have been read and have `newlines` newlines.
  void pass(int64_t begin, int64_t end, int64_t newlines) {
    if (begin != offset_) return;
    newlines_ += newlines;
    offset_ = end;
  }

 private:
  int64_t offset_;
  int64_t newlines_;
};

}  // namespace penstock
