// Which line of a text a place is on, counted as far as somebody asks: a scan that reads some parts
// of a file need not read the others for that.
#pragma once

#include <cstdint>

#include "libcore/os/byte_source.h"

namespace penstock {

// Newlines of bytes [begin, end) of a source that can be sought; of those that are there.
int64_t count_newlines(const ByteSource& source, int64_t begin, int64_t end);

// Not thread-safe. Places come in ascending order.
class LineCounter {
 public:
  // Before `offset` there are `newlines`.
  LineCounter(int64_t offset, int64_t newlines) : offset_(offset), newlines_(newlines) {}

  // The newlines before `offset`. Reads what lies between and was not passed.
  int64_t before(int64_t offset, const ByteSource& source) {
    if (offset > offset_) {
      newlines_ += count_newlines(source, offset_, offset);
      offset_ = offset;
    }
    return newlines_;
  }

  // Bytes [begin, end) have been read and have so many newlines.
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
