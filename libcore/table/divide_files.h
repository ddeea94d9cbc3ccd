// Divides the data files of a version among readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace penstock {

// A part of a file: of `parts` equal runs of its batches.
struct FilePart {
  size_t file = 0;
  int64_t part = 1;
  int64_t parts = 1;
  bool operator==(const FilePart&) const = default;
};

// Returns what reader I of N reads, so that the readers one after the other read all files in their
// order. `partitions` has the partition of each file, which ascend and are below `count`; files of
// one partition come together. With at most as many readers as partitions, each reads a run of
// whole partitions, from floor(count * (I - 1) / N) on, whether or not they have files; with as
// many, its own. So where N divides the number of a hash table's partitions, reader I reads the
// rows that an exchange by hash brings to worker I of N (partition_of_hash()). With more readers,
// several share a partition, by files and then by parts of one. REQUIRES 1 <= part <= parts.
std::vector<FilePart> divide_files(std::span<const int64_t> partitions, int64_t count, int64_t part,
                                   int64_t parts);

}  // namespace penstock
