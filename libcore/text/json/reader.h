// Reads JSON records: one object on each line, objects over any number of lines, or a file that is
// an array of objects (a file that is one object is one row).
//
// The columns are all keys of the sample, in order of first appearance. A missing key is null;
// objects become structs, arrays lists. A key that appears only after the sample is an error that
// names it (--types or --schema resolves it), and so is a value that contradicts its column's type.
// A record with a key twice in one object is refused.
//
// Text that looks like a date or timestamp becomes one when all sampled values do. Numbers that
// would lose digits, and numbers mixed with text, stay text. A text column accepts every value; a
// value that is not a string becomes its JSON text, whose escapes must be valid. Declared types
// (--types, --schema) are read from strings too, and round; binary is hex, as it is written.
//
// If records are lines, a broken line is refused alone. Values that are not asked for are skipped
// by their brackets. All wanted columns of a record are read before the filter is called, so a
// wrong value is reported even in a row that the filter would drop.
//
// --partition cuts a file of lines by bytes. Of any other input every worker reads all and keeps
// each N-th piece of a megabyte.
#pragma once

#include <memory>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Reads the head of the input (sample) at once. Throws Error for an empty input without a schema,
// for unknown columns, and with the first record when no sampled record can be read.
OperatorPtr open_ndjson(std::unique_ptr<PeekableSource> source, TextReadOptions options);

}  // namespace penstock
