// Decides before the first row which columns a JSON input has, of which types, and which of them
// are made.
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
  bool unreadable = false;  // the sample is not empty, but none of its records can be read
};

// Returns the number of columns of a type: itself and those nested in it.
int64_t count_columns(const Type& type);

// Takes the columns from --schema, or from the sample with the types of --types instead of the
// inferred ones. A type for a key that no sampled record has adds a column. Throws Error for an
// input that is empty, has too many columns, or has one twice.
JsonInputColumns find_json_columns(PeekableSource& source, const JsonHead& head,
                                   const TextReadOptions& options);

// Throws Error for unknown columns, and for more than kMaxFoundKeys that inference found, and
// throws what the filter's binder and the chooser of columns throw. `file` is for messages.
std::shared_ptr<const JsonPlan> make_json_plan(const std::string& file, JsonInputColumns columns,
                                               const TextReadOptions& options, JsonLayout layout);

}  // namespace penstock
