// Writes and reads the schema metadata that marks a stream as one of partial aggregates.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// The aggregation whose states a stream holds (aggregate/STATE.md).
struct PartialAggregate {
  std::vector<std::string> keys;  // the stream's first columns
  std::string list;               // as pagg takes it
  SchemaPtr input;                // the columns that the list refers to, by name and type
  std::string set = {};           // the parameters of the list, as Parameters::to_string() has them
};

// Returns the metadata without our entries about partial aggregates.
Metadata without_partial(const Metadata& metadata);

// Returns the entries that describe the aggregation.
Metadata partial_metadata(const PartialAggregate& partial);

// Reads them back. Throws Error when the stream has no such entries, or damaged ones.
PartialAggregate read_partial(const Schema& schema);

}  // namespace penstock
