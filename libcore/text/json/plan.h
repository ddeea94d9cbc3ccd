// Which columns a JSON input has, of which types, and which of them are made: what open_ndjson
// settles before the first row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/byte_source.h"
#include "libcore/text/json/chunk_parser.h"
#include "libcore/text/json/sample.h"
#include "libcore/text/text_format.h"

namespace penstock {

// All of the input's columns.
struct JsonInputColumns {
  std::vector<Field> fields;
  std::vector<TypeOrigin> origins;  // parallel
  std::optional<DateFormat> dates;
  bool unreadable = false;  // there is input, but no record of its sample can be read
};

// A column and those nested in it.
int64_t count_columns(const Type& type);

// From --schema, or from the sample with --types laid over it; a type for a key that no sampled
// record has adds a column. Throws Error for an input that is empty, or has too many columns, or
// one twice.
JsonInputColumns find_json_columns(PeekableSource& source, const JsonHead& head,
                                   const TextReadOptions& options);

// Throws Error for unknown columns, and for more than kMaxFoundKeys that inference found; and what
// the filter's binder and the chooser of columns throw. `file` is for messages.
std::shared_ptr<const JsonPlan> make_json_plan(const std::string& file, JsonInputColumns columns,
                                               const TextReadOptions& options, JsonLayout layout);

}  // namespace penstock
