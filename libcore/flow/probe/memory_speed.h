// How fast this host's memory is: the latency of its caches and of its memory, and the rate at
// which one core reads.
#pragma once

#include <chrono>
#include <cstdint>

namespace penstock {

// Bytes of the data caches that a core sees. A level that the system does not state has a common
// size; one that the processor does not have is as large as the level before it.
struct CacheSizes {
  int64_t first = 0;
  int64_t second = 0;
  int64_t third = 0;
};
CacheSizes cache_sizes();

// Returns the seconds that a load takes whose address is the result of the load before it, at
// random places within `bytes` of memory. Measures for about `time` after the memory is made, and
// returns the best of some rounds, because other processes only make it slower. REQUIRES bytes of
// at least 4 KiB.
double load_latency(int64_t bytes, std::chrono::nanoseconds time);

// Returns the bytes that one core reads in a second, from first to last, of `bytes` of memory; the
// best of some rounds. REQUIRES bytes of at least 4 KiB.
double read_rate(int64_t bytes, std::chrono::nanoseconds time);

}  // namespace penstock
