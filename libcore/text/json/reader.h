// JSON records: one object a line, objects over any number of lines, or a file that is one array of
// objects (a file that is one object is one row).
//
// Columns are the union of the sample's keys in order of first appearance; a missing key is null;
// objects become structs, arrays lists. A key that appears only after the sample is an error that
// names it (--types or --schema settles it), as is a value that contradicts its column's type; a
// key that stands twice in an object refuses the record. Text that looks like a date or timestamp
// becomes one when all sampled values do. Numbers that would lose digits and numbers mixed with
// text stay text, and a text column takes every value, what is not a string as its JSON text, with
// right escapes. Declared types (--types, --schema) are read from strings too, and round; binary is
// hex, as it is written.
//
// Where records are lines, a line is a record: one that is broken is refused alone. Values that
// nobody asked for are stepped over by their brackets. All wanted columns of a record are read
// before the filter is asked, so a wrong value is told of even in a row that it would drop.
//
// --partition cuts a file of lines by bytes; anything else is read by every worker, which takes
// each N-th piece of a megabyte.
#pragma once

#include <memory>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Reads the head of the input (sample) at once. Throws Error for an empty input without a schema,
// for unknown columns, and for the first record where no sampled one can be read.
OperatorPtr open_ndjson(std::unique_ptr<PeekableSource> source, TextReadOptions options);

}  // namespace penstock
