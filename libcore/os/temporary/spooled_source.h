// A source that can be sought, of one that cannot.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/os/byte_source.h"

namespace penstock {

// Reads `below` to its end and returns a source of the same bytes and name that has a size() and
// read_at(). Up to kSpooledMemoryBytes stay in memory; more are written to a temporary file without
// a name in $TMPDIR, or else /tmp. Returns `below` itself where it can be sought. Throws Error when
// reading or writing fails.
std::unique_ptr<ByteSource> spooled_source(std::unique_ptr<ByteSource> below);

inline constexpr int64_t kSpooledMemoryBytes = int64_t{64} << 20;

}  // namespace penstock
