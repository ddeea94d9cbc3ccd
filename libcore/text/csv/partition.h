// Cuts a CSV file into byte ranges without losing or doubling a record, also where quotes contain
// newlines.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/records.h"

namespace penstock {

// Finds records from anywhere in a file.
//
// Whether a place is inside quotes depends on all text before it. From a newline on there are just
// two ways to read the file: the newline ends a record, or it is quoted. Both are followed until
// one of them meets something that no valid file contains (a quote out of place, a row of the wrong
// width, a quote that is never closed); then the other one is true. At most 256 KiB are read for
// this, and for short ranges at most 1/256 of them (but 16 KiB), so that all ranges together cost
// little more than one reading.
//
// If this does not decide because the text has no quotes, and its lines are records of two or more
// fields with the right number each, they are taken for records. Otherwise (one column; quotes that
// can be read both ways) the quotes before the place are counted.
//
// So a file may be cut wrongly if it is not valid, or if it has a longer quoted field that looks
// like its records. Then the range before the first wrong cut ends inside quotes, which its reader
// reports: the ranges together are never taken for a whole.
//
// Thread-safe. Equal arguments give equal results in every process.
class CsvCutter {
 public:
  // `data_begin` is the offset of the first record, after the header. With `count` the quotes are
  // always counted, for files that may have records with faults. REQUIRES source.size().
  CsvCutter(const ByteSource& source, CsvDialect dialect, int64_t width, int64_t data_begin,
            bool count);

  // Returns the offset of the first record that starts at or after `offset`; the file's size when
  // there is none. Throws the source's Errors.
  int64_t record_start(int64_t offset) const;

  // Range `part` (from 1) of `parts` equal ones: the first byte of its records, and the byte after
  // the last.
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

// Returns whether `text`, which begins after a newline, can be the file's content there. `inside`:
// that newline is quoted. `at_end`: the file ends with `text`.
bool can_follow_newline(std::string_view text, bool inside, bool at_end, int64_t width,
                        const CsvDialect& dialect);

}  // namespace penstock
