// What a JSON input is, seen from its beginning and from samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/os/byte_source.h"
#include "libcore/text/json/chunk_parser.h"
#include "libcore/text/json/inference.h"

namespace penstock {

struct JsonHead {
  bool empty = false;  // nothing but space
  JsonLayout layout = JsonLayout::kLines;
  int64_t size = 0;  // bytes before the first record: a byte order mark; for an array to its '['
  int64_t newlines = 0;  // in them
};

// Looks at the input's first bytes without reading them. Records stand one a line unless the first
// line is part of a record only: its brackets are open and its end, or the next line, asks for
// more.
JsonHead look_at_json(PeekableSource& source);

// The types of the keys in a sample: up to a megabyte of the head (all of the first record at
// least, up to kMaxRecordBytes), and pieces spread over the whole file where records are lines and
// the source can be sought. Records with a fault are passed over: reading them refuses them.
// `dates` may be null, and outlives the guess.
JsonGuess sample_json(PeekableSource& source, const JsonHead& head, const DateFormat* dates);

}  // namespace penstock
