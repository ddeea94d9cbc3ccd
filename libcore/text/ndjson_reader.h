// JSON records: one object a line, or a file that is one array of objects.
//
// Columns are the union of the sample's keys in order of first appearance; a missing key is null;
// objects become structs, arrays lists. A key that appears only after the sample is an error that
// names it (--types or --schema settles it), as is a value that contradicts its column's type. Text
// that looks like a date or timestamp becomes one when all sampled values do. Integers beyond 64
// bits and numbers mixed with text stay text.
#pragma once

#include <memory>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

OperatorPtr open_ndjson(std::unique_ptr<PeekableSource> source, TextReadOptions options);

}  // namespace penstock
