// Judges CSV records one by one: the careful way, for chunks whose index shows something unusual
// (blank lines, wrong widths, quotes in odd places).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/csv/index.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

// Returns what the kernel must know about a dialect; of a delimiter of several bytes it knows the
// first.
CsvShape make_shape(const CsvDialect& dialect, int64_t ends_per_record,
                    std::span<const int64_t> ends);

// Returns the size of the record at the beginning of `text`, up to and including the last byte of
// its line end (a newline, or a '\r' by itself); npos when it does not end in `text`.
size_t record_size(std::string_view text, const CsvDialect& dialect);

// Splits one record, given without its newline but perhaps with '\r' before it, into fields. `ends`
// receives the position of each field's end, where its delimiter begins; the last field ends before
// the line end. Every
// delimiter outside quotes ends a field, whether or not the quotes are in their right places.
void split_record(std::string_view record, const CsvDialect& dialect, std::vector<int64_t>& ends);

// Returns a record without the one or two '\r' of its line end.
std::string_view without_return(std::string_view record);

// Returns the fault of a record, as CsvScanner defines faults; empty when it has none. The record
// is given as for split_record(). A blank line is a fault if there is more than one column. `ends`
// receives the positions of the fields' ends, as far as they were read.
std::optional<CsvProblem> judge_record(std::string_view record, std::vector<int64_t>& ends,
                                       int64_t width, const CsvDialect& dialect);

// Returns a field's text, without quotes, with doubled quotes undoubled, and without escape
// characters. `scratch` holds the text if that needs a copy.
std::string_view field_text(std::string_view field, const CsvDialect& dialect,
                            std::string& scratch);

// Finds the fields of a chunk as index_csv() does, those at `places` in each record, but leaves out
// blank lines, comments and records with a fault, and reports the latter in order. If no judge has
// read the chunk, stops after the first fault, because it is then unknown where a record begins.
// `index` keeps the findings of index_csv(), except for positions and counts.
void sift_records(std::span<const int64_t> places, const CsvScanner& scanner,
                  const TextChunk& chunk, CsvIndex& index, std::vector<CsvProblem>& problems);

// Makes a judge that continues reading CSV after faults, by this rule: the text from the beginning
// of a line is read as a record. If a quote in it is at a place that RFC 4180 does not allow, or is
// never closed, or the record is longer than the limit, that line is refused. If the quotes are
// right but the number of fields is wrong, the whole record is refused. Then the next line is read
// as the beginning of a record. Not thread-safe.
std::unique_ptr<RecordJudge> make_csv_judge(const CsvDialect& dialect, int64_t width);

}  // namespace penstock
