// Reads CSV, TSV and text with any other delimiter, by RFC 4180: quotes, newlines and doubled
// quotes inside quotes; a BOM is skipped. Lines end in LF, CR LF, CR, or CR CR LF, and a file may
// mix them.
//
// A record ends at a line end outside quotes. It must have as many fields as the header. A quote
// may stand only around a whole field, or inside an unquoted field where it changes no field's end,
// as in 6'2"x4'1". Text must be UTF-8 without NUL, except in columns of type binary. An unquoted
// empty field is null. A quoted one is the empty string, and not a value of any other type. A blank
// line is skipped, but is a null row in a file with one column. In the format `lines`, all bytes of
// a line but the newline are data, also a '\r' and a BOM.
//
// The first record with a fault ends the reading, with an Error that names the line on which the
// faulty field begins; a range finds that line by reading from the file's beginning. With another
// on_error, reading continues as make_csv_judge() says. Then each range also reads the records
// before it, so that the ranges have the same records as the whole.
//
// Names must differ: a name that occurs twice in the header is an error, which --names resolves.
//
// Types are inferred once, from samples spread over the whole file if it can be sought, and
// otherwise from its first chunk. Later values that would have changed the type are refused by the
// rule of on_error (TypeGuess::takes()). Values of rows that the filter leaves out, and of columns
// that are not asked for, are not looked at unless check_all is set.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/csv/value_style.h"
#include "libcore/text/lines/splitter.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct CsvReadOptions : TextReadOptions {
  std::string delimiter = ",";
  bool delimiter_assumed = false;  // neither an option nor a format named the delimiter
  bool header = true;
  std::vector<std::string> names;  // --names: with header, replaces it
  bool unique_names = false;       // --unique-names: a name of the header may occur twice
  std::string row_names;           // --row-names: the column that the header leaves out; or empty
  bool quotes = true;              // false: '"' is a byte like any other (TSV as IANA has it: true)
  std::optional<char> quote;       // --quote; '"' if empty
  std::optional<char> escape;      // --escape
  std::string comment;             // --comment; empty for none
  int64_t skip = 0;                // --skip: lines before the header, or before the first record
  bool ragged = false;             // --ragged: fields that are missing at a row's end are null
  ValueStyle style;                // --null, --decimal-comma, --thousands
  bool trailing_delimiter =
      false;           // each row ends with one more delimiter, as in .tbl files of dbgen
  bool lines = false;  // one text column `line`: no delimiter, no quotes, no header
  // Text whose records are lines of another form; then `delimiter`, `quotes` and
  // `trailing_delimiter` do not count, and `header` and `names` only with widths. One of them:
  std::vector<int64_t> widths;  // --widths
  std::optional<char> pairs;    // -f logfmt: what stands between pairs key=value
  LineSplitterPtr splitter;     // logs of web servers, and --pattern
  bool is_of_lines() const { return !widths.empty() || pairs || splitter != nullptr; }
};

// Reads the head of the input (header, sample) at once. Throws Error for an empty input without
// `names` or `schema`, for fewer lines than are to be skipped, for options that contradict each
// other, for a header with a fault, for names in `types` or `columns` that are not
// columns, for types that text cannot be read as, and for partitions of an input that cannot be
// sought.
OperatorPtr open_csv(std::unique_ptr<PeekableSource> source, CsvReadOptions options);

}  // namespace penstock
