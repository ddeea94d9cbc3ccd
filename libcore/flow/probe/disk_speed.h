// How fast the disk of a folder is, measured by a small file without a name.
#pragma once

#include <cstdint>
#include <string>

namespace penstock {

// The most bytes that the file takes.
inline constexpr int64_t kDiskProbeBytes = int64_t{64} << 20;

struct DiskSpeed {
  double written = 0;       // bytes a second, each 4 MiB waited for until they are on the disk
  double read = 0;          // bytes a second, from first to last
  double read_latency = 0;  // seconds for 4 KiB at a random place
  double sync_latency = 0;  // seconds until a written 4 KiB are on the disk
};

// Measures for about a second. Reads are of data that the kernel was asked to forget; where it does
// not (a file system in memory), they show the speed of memory. Throws Error when `folder` cannot
// be written to; an empty one stands for $TMPDIR, or else /tmp.
DiskSpeed measure_disk(const std::string& folder);

}  // namespace penstock
