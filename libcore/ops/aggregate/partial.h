// What makes a stream of partial aggregates known as one: its schema's metadata, written and read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// Of which aggregation a stream holds the states (aggregate/STATE.md).
struct PartialAggregate {
  std::vector<std::string> keys;  // the stream's first columns
  std::string list;               // as pagg takes it
  SchemaPtr input;                // the columns that the list refers to, by name and type
};

// The metadata without entries of ours about partial aggregates.
Metadata without_partial(const Metadata& metadata);

// The entries that say it.
Metadata partial_metadata(const PartialAggregate& partial);

// Reads it back. Throws Error when the stream says nothing of the kind, or nothing that can be
// understood.
PartialAggregate read_partial(const Schema& schema);

}  // namespace penstock
