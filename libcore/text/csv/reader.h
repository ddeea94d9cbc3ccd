// CSV, TSV and any other one-byte delimiter, by RFC 4180: quotes, newlines and doubled quotes
// inside quotes, a BOM skipped. Lines end in LF, CR LF, CR, or CR CR LF, of one kind or mixed.
//
// A record ends at a line end outside quotes. Of lines (the format) all but the newline is data, a
// '\r' and a BOM too. The number of fields must be the header's, a quote may stand only around a
// whole field (or inside an
// unquoted one where it changes no field's end, as in 6'2"x4'1"), text must be UTF-8 without NUL
// (except in columns typed binary). An unquoted empty field is null, a quoted one the empty string
// (and no value of another type). A blank line is skipped, but is a null row in a file with one
// column.
//
// The first record with a fault ends the reading, with an Error that names the line on which the
// field at fault begins; a range looks from the file's beginning for it. With another on_error the
// reading goes on as make_csv_judge() says, so the ranges have the records of the whole: each reads
// those before it, too.
//
// Names must differ: a name that stands twice in the header is an error that --names settles.
//
// Types are inferred once, from samples spread over the whole file when it can be sought, from its
// first chunk otherwise. Later values that would have changed the type are refused by on_error's
// rule (TypeGuess::takes). Values of rows that the filter leaves out, and of columns that nobody
// asked for, are not looked at unless check_all is set.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct CsvReadOptions : TextReadOptions {
  char delimiter = ',';
  bool delimiter_assumed = false;  // nobody named it, neither by itself nor by a format
  bool header = true;
  std::vector<std::string> names;  // --names: with header, replaces it
  bool quotes = true;              // false: '"' is a byte like any other (TSV as IANA has it: true)
  bool trailing_delimiter =
      false;           // each row ends in one more delimiter, as dbgen writes .tbl files
  bool lines = false;  // one text column `line`: no delimiter, no quotes, no header
};

// Reads the head of the input (header, sample) at once. Throws Error for an empty input without
// `names` or `schema`, for a header with a fault, for `types`, `columns` that are no columns, for
// types that text cannot be read as, and for partitions of an input that cannot be sought.
OperatorPtr open_csv(std::unique_ptr<PeekableSource> source, CsvReadOptions options);

}  // namespace penstock
