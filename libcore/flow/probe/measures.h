// What a probe finds out, in whole numbers, as agents send it.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/net/curve.h"

namespace penstock {

struct HostMeasures {
  // Picoseconds until a value is there.
  int64_t first_cache_ps = 0;
  int64_t second_cache_ps = 0;
  int64_t third_cache_ps = 0;
  int64_t memory_ps = 0;
  int64_t memory_rate = 0;  // bytes a second that one core reads
  // Of the disk of the folder for temporary files.
  int64_t disk_write_rate = 0;  // bytes a second
  int64_t disk_read_rate = 0;
  int64_t disk_read_ns = 0;  // nanoseconds for 4 KiB at a random place
  int64_t disk_sync_ns = 0;  // nanoseconds until 4 KiB are safe
  // Why the disk could not be measured; then its numbers are 0.
  std::string disk_refusal;
};

// Of the connection from one host to another.
struct LinkMeasures {
  int64_t round_trip_ns = 0;
  int64_t sent_rate = 0;  // bytes a second
  int64_t received_rate = 0;
  // Why it could not be measured; then the numbers are 0.
  std::string refusal;
};

// Answers measure_link() of another host at `endpoint`, where the socket `listening` listens, which
// is closed at the end. Whatever goes wrong shows there.
void answer_link(int listening, const std::string& endpoint, const KeyPair& keys);

// Measures the connection to a host that answers at `endpoint`.
LinkMeasures measure_link(const std::string& endpoint, const KeyPair& keys);

// Measures this host for about two seconds, with up to 256 MiB of memory, and 64 MiB of the disk of
// $TMPDIR, or else /tmp.
HostMeasures measure_host();

}  // namespace penstock
