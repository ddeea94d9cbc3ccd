// Hashes of key columns.
//
// The key hash is a contract (tables and exchanges made on different days and hosts rely on it):
// XXH3-64 with seed 0 over a canonical encoding of the key's values, one after the other:
//   null            0x00
//   integers        within int64: 0x01 and the int64, little-endian as all that follows; uint64
//                   beyond it: 0x02 and the uint64
//   floats          a whole number within int64 or uint64: as that integer; else 0x03 and the
//                   float64, NaN canonical
//   decimals        a whole number within int64 or uint64: as that integer; else 0x04, the scale
//                   without trailing zeros as a byte, the unscaled value as int128
//   bool            0x05 and 0 or 1
//   date, time, timestamp, duration   0x06, 0x07, 0x08, 0x0A and nanoseconds (dates: days) as
//                   int128
//   text, binary    0x09, length as uint64, bytes
// so equal values of different widths hash alike and all nulls do.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Returns one hash for each row. REQUIRES plain columns of one length, at least one. Throws Error
// for types without a key hash (nested ones, decimal256, intervals).
std::vector<uint64_t> key_hashes(std::span<const ColumnPtr> columns);

// Returns whether columns of the type have a key hash, after decoding if necessary.
bool is_hashable(const Type& type);

// XXH3-64 of bytes, for hash tables inside one process.
uint64_t hash_bytes(const void* bytes, size_t size);

}  // namespace penstock
