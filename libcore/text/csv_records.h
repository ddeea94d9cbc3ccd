// CSV records judged one by one: the careful way, taken when the index of a chunk shows that
// something in it is out of the ordinary (blank lines, wrong widths, quotes in odd places).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/csv_index.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

// What is wrong with a record, or with one value of it.
struct CsvProblem {
  int64_t offset = 0;   // of the record's first byte in its chunk
  int64_t size = 0;     // of the record without its line end
  int64_t mark = 0;     // bytes from offset to the place whose line is reported
  int64_t column = -1;  // in file order; -1 when the record as a whole is wrong
  std::string reason;   // "row has 3 fields, expected 4"
  std::string advice;   // "use …"
};

// How records are told apart and judged.
struct CsvDialect {
  char delimiter = ',';
  bool quotes = true;
  bool trailing_delimiter = false;
  bool lines = false;  // the whole line is the one field
};

// The size of the record at the beginning of `text`, up to its newline; npos when it does not end
// there.
size_t record_size(std::string_view text, const CsvDialect& dialect);

// The fields of one record, given without its newline but perhaps with the '\r' before it. `ends`
// receives the position of each field's end. Quotes are counted as they stand, so every delimiter
// outside them ends a field; the last field's end lies before the line end.
void split_record(std::string_view record, const CsvDialect& dialect, std::vector<int64_t>& ends);

// A record without the '\r' of its line end.
std::string_view without_return(std::string_view record);

// The record's fault, if it has one: quotes where they cannot be, else a number of fields other
// than `width`. `ends` as split_record gives them. A quote inside an unquoted field is taken as it
// stands as long as no delimiter or newline follows before the next quote of the field: then every
// way to read it gives the same fields.
std::optional<CsvProblem> judge_record(std::string_view record, const std::vector<int64_t>& ends,
                                       int64_t width, const CsvDialect& dialect);

// A field's text: without quotes, doubled quotes halved. `scratch` holds it when that needs a copy.
std::string_view field_text(std::string_view field, const CsvDialect& dialect,
                            std::string& scratch);

// Splits a chunk as index_csv does, but leaves out blank lines and records with a fault and reports
// the latter in order. With `first_only` nothing after the first fault is looked at.
void sift_records(const CsvShape& shape, const CsvDialect& dialect, const TextChunk& chunk,
                  bool first_only, CsvIndex& index, std::vector<CsvProblem>& problems);

}  // namespace penstock
