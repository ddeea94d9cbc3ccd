// The zones of a file's batches, as text in its footer (FORMAT.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/data/zones/zones.h"

namespace penstock {

// The most bytes of the text. A footer has 64 MiB at most.
inline constexpr int64_t kMaxFileZonesBytes = int64_t{16} << 20;

// Returns the text of zones of `schema`; empty when it has more than kMaxFileZonesBytes.
std::string encode_file_zones(const Zones& zones, const Schema& schema);

// Reads the zones of `count` batches. Throws Error when the text is not what encode_file_zones()
// writes for such a schema.
Zones decode_file_zones(std::string_view text, const Schema& schema, int64_t count);

}  // namespace penstock
