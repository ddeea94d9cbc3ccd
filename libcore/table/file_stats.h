// What the log says of the rows of data files ("stats"), as zones (data/zones/zones.h): Delta
// Lake's JSON with numRecords, minValues, maxValues and nullCount.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/zones/zones.h"
#include "libcore/table/actions.h"

namespace penstock {

// Columns of a table of which the log has bounds, besides its keys.
inline constexpr size_t kColumnsWithStats = 32;

// Returns the statistics of a file whose rows are one zone of the schema.
std::string encode_stats(const Zones& zones, int64_t zone, const Schema& schema);

// Returns how many rows a file has; empty where its statistics do not say it. Throws Error, which
// names the file, for statistics that are not JSON.
std::optional<int64_t> rows_of(const DataFile& file);

// Returns a zone for each file, in which these columns of the schema are known as far as its
// statistics say. Bounds that may be narrower than the values of another program's file, which had
// its own rules (NaN, times in whole milliseconds), are widened or left out. Throws Error, which
// names the file, for statistics that are not JSON or do not fit the schema.
Zones zones_of(std::span<const DataFile> files, const Schema& schema,
               std::span<const size_t> columns);

}  // namespace penstock
