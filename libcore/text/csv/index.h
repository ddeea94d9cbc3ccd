// Finds the fields of CSV records: the vectorized first stage of reading.
//
// After Langdale and Lemire, "Parsing Gigabytes of JSON per Second" (VLDB Journal 2019): for each
// 64 bytes, the delimiters, newlines and quotes become bit masks. A carry-less multiplication turns
// quotes into a mask of the bytes inside them; the delimiters and newlines outside that mask are
// the ends of fields.
//
// The wanted field ends are picked from the mask by their place in the record (a bit deposit,
// PDEP), so that few columns of many cost little. A second deposit proves that newlines are at the
// last place of every record and nowhere else. So the width of every record is verified at the
// price of one comparison for each 64 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/buffer.h"

namespace penstock {

// What the kernel must know about a file. Immutable, shared by threads.
class CsvShape {
 public:
  // `ends`: the wanted field ends, ascending, each within [0, ends_per_record). The last end (the
  // record's newline) is always among them, and with a trailing delimiter the one before it too. A
  // delimiter of '\n' means that there is no delimiter.
  CsvShape(char delimiter, std::optional<char> quote, bool trailing_delimiter,
           int64_t ends_per_record, std::span<const int64_t> ends);

  uint8_t delimiter() const { return delimiter_; }
  bool quotes() const { return quote_.has_value(); }
  uint8_t quote() const { return static_cast<uint8_t>(quote_.value_or('"')); }
  bool trailing_delimiter() const { return trailing_delimiter_; }
  int64_t ends_per_record() const { return ends_per_record_; }
  // The number of wanted ends in each record.
  int64_t stride() const { return stride_; }
  const std::vector<int64_t>& ends() const { return ends_; }

  // For a block whose first field end is number `phase` of its record: which of the block's (up to
  // 64) ends are wanted, and which must be newlines.
  const uint64_t* wanted_by_phase() const { return wanted_.data(); }
  const uint64_t* newline_by_phase() const { return newline_.data(); }
  // The phase modulo ends_per_record, for phases below 128. Only when ends_per_record is at most
  // 64.
  const uint8_t* phase_after() const { return phase_after_.data(); }

 private:
  uint8_t delimiter_;
  std::optional<char> quote_;
  bool trailing_delimiter_;
  int64_t ends_per_record_;
  int64_t stride_;
  std::vector<int64_t> ends_;
  std::vector<uint64_t> wanted_;
  std::vector<uint64_t> newline_;
  std::array<uint8_t, 128> phase_after_{};
};

// The fields of a chunk. positions[0] is -1. Record r has slots [r * stride, r * stride + stride]:
// slot 0 is one before the record's first byte, and slot 1 + i is the position of its wanted end
// number i (of a delimiter or newline). Consecutive records share a slot (stride = shape.stride()).
//
// Where records were sifted (records.h), each has `stride` slots of its own: one before its first
// byte, the position of its line end, and the same two for each wanted field.
struct CsvIndex {
  MutableBuffer positions;  // int32_t
  int64_t records = 0;
  int64_t stride = 0;
  bool sifted = false;
  int64_t newlines = 0;  // including those inside quotes

  // Findings. The positions are valid only if `regular` is true.
  bool regular = false;    // every record has the right number of fields
  bool misquoted = false;  // some quote is at a place that RFC 4180 does not allow
  bool doubled = false;    // some quoted field holds a quote
  bool ascii = false;
  bool has_nul = false;
  bool has_return = false;  // some byte is a '\r'

  const int32_t* at() const { return positions.as<int32_t>(); }
};

// Indexes data[0, size), the whole records of a chunk (text_chunks.h says what is readable around
// them). REQUIRES size < 2^31 - 64, and that the last byte is a newline outside quotes.
void index_csv(const CsvShape& shape, const uint8_t* data, int64_t size, CsvIndex& index);

}  // namespace penstock
