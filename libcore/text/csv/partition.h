// A CSV file cut into byte ranges without losing or doubling a record, quoted newlines included.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/records.h"

namespace penstock {

// Finds records from anywhere in a file.
//
// Whether a place is inside quotes depends on all that comes before it. From a newline on there are
// just two ways to read the file: the newline ends a record, or it is quoted. Each is followed
// until one of them meets what no valid file holds (a quote out of place, a row of the wrong width,
// a quote that is never closed): then the other is true. At most 256 KiB are looked at, and of
// short ranges at most 1/256 (but 16 KiB), so that all ranges together cost little more than one
// reading. When these do not tell because there is no quote in them, and they are records of two
// fields and more with the right number each, they are taken for that. Else (one column; quotes
// that can be read both ways) the quotes before the place are counted. So a file may be cut wrongly
// that is not valid, or has a quoted field longer than that which looks like its records; then the
// range before the first wrong cut ends inside quotes, which its reader reports: the ranges
// together never pass for a whole.
//
// Thread-safe. Equal arguments give equal results in every process.
class CsvCutter {
 public:
  // `data_begin` is where the first record starts, after a header. With `count` set nothing is
  // concluded, quotes are counted: for files that may hold records with faults. REQUIRES
  // source.size().
  CsvCutter(const ByteSource& source, CsvDialect dialect, int64_t width, int64_t data_begin,
            bool count);

  // The offset of the first record that starts at or after `offset`; the file's size when none
  // does. Throws the source's Errors.
  int64_t record_start(int64_t offset) const;

  // Range `part` (from 1) of `parts` equal ones: first and past-the-last byte of its records.
  struct Range {
    int64_t begin;
    int64_t end;
  };
  Range range(int64_t part, int64_t parts) const;

 private:
  int64_t next_newline(int64_t offset) const;
  int64_t skip_to_record(int64_t offset, bool inside) const;
  int64_t record_start(int64_t offset, int64_t last_window) const;
  bool inside_at(int64_t newline, int64_t last_window) const;
  bool odd_quotes_before(int64_t offset) const;

  const ByteSource& source_;
  CsvDialect dialect_;
  int64_t width_;
  int64_t data_begin_;
  int64_t size_;
  bool count_;
};

// Whether `text`, which begins after a newline, can be the file's content there. `inside`: that
// newline is quoted. `at_end`: the file ends with `text`.
bool can_follow_newline(std::string_view text, bool inside, bool at_end, int64_t width,
                        const CsvDialect& dialect);

}  // namespace penstock
