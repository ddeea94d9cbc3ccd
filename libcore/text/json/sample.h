// Recognizes a JSON input by its beginning, and samples it.
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

// Looks at the input's first bytes without reading them. Each line is taken as a record, unless the
// first line is only a part of one: its brackets are open, and its end or the next line continues
// them. Waits for a pipe as `patience` says, but at least until this is known.
JsonHead look_at_json(PeekableSource& source, const Patience& patience);

// Infers the types of the keys from a sample: up to a megabyte of the head (at least the whole
// first record, up to kMaxRecordBytes), and pieces spread over the whole file if records are lines
// and the source can be sought. Skips records with a fault; reading refuses them later. `dates` may
// be null, and must outlive the guess.
JsonGuess sample_json(PeekableSource& source, const JsonHead& head, const DateFormat* dates);

}  // namespace penstock
