// CSV records judged one by one: the careful way, taken when the index of a chunk shows that
// something in it is out of the ordinary (blank lines, wrong widths, quotes in odd places).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/csv/index.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

// The size of the record at the beginning of `text`, up to the last byte of its line end (a
// newline, or a '\r' by itself); npos when it does not end there.
size_t record_size(std::string_view text, const CsvDialect& dialect);

// The fields of one record, given without its newline but perhaps with '\r' before it. `ends`
// receives the position of each field's end. Quotes are counted as they stand, so every delimiter
// outside them ends a field; the last field's end lies before the line end.
void split_record(std::string_view record, const CsvDialect& dialect, std::vector<int64_t>& ends);

// A record without one or two '\r' of its line end.
std::string_view without_return(std::string_view record);

// The fault of a record given as to split_record, if it has one; CsvScanner says what is one. A
// blank line is one, where there is more than one column. `ends` receives the positions of the
// fields' ends, as far as they were read.
std::optional<CsvProblem> judge_record(std::string_view record, std::vector<int64_t>& ends,
                                       int64_t width, const CsvDialect& dialect);

// A field's text: without quotes, doubled quotes halved. `scratch` holds it when that needs a copy.
std::string_view field_text(std::string_view field, const CsvDialect& dialect,
                            std::string& scratch);

// Splits a chunk as index_csv does, but leaves out blank lines and records with a fault and reports
// the latter in order. Of a chunk that no judge has read, nothing after the first fault is looked
// at: it cannot be told where a record begins then. `index` keeps what index_csv found, the
// positions and counts aside.
void sift_records(const CsvShape& shape, const CsvScanner& scanner, const TextChunk& chunk,
                  CsvIndex& index, std::vector<CsvProblem>& problems);

// Reads CSV on after faults. The rule: what begins on a line is read as a record. If a quote of it
// stands where RFC 4180 has none, or is never closed, or the record is longer than the limit, that
// line is refused; if the quotes are right but the number of fields is not, the record is. Then the
// next line is read as the beginning of a record. Not thread-safe.
std::unique_ptr<RecordJudge> make_csv_judge(const CsvDialect& dialect, int64_t width);

}  // namespace penstock
