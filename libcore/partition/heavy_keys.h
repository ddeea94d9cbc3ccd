// Keys that hold so many rows that the partition of one would get far more than the others: their
// rows in the first input of a join are spread over all partitions, and their partners in the
// second go to each (Xu, Kostamaa, Zhou and Chen, "Handling Data Skew in Parallel Joins in
// Shared-Nothing Systems", SIGMOD 2008). PARTITIONING.md says it in full.
//
// Keys are known by their hashes (data/hash.h). Two keys of one hash are both heavy then, which
// costs a little and is right all the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Rows of a sender's input that its sample is of: the first ones, since both inputs wait for it.
inline constexpr int64_t kHeavySampleRows = int64_t{1} << 16;

// A key is heavy when it holds more than this share of a partition's even part of the rows. What is
// left can then make a partition a quarter larger for each key that is just not heavy.
inline constexpr double kHeavyShare = 0.25;

struct HeavyKeys {
  std::vector<uint64_t> hashes;  // ascending; at most partitions / kHeavyShare of them
  double share = 0;              // of all rows, that these keys hold together
};

// From the samples of all senders, as KeySampler makes them. Throws Error when one is no sample of
// keys that can be hashed. REQUIRES partitions > 0.
HeavyKeys choose_heavy_keys(std::span<const Batch> samples, int64_t partitions);

// To send them and to leave them in a file, as an Arrow stream; and back. Decoding throws Error on
// anything else.
std::string encode_heavy_keys(const HeavyKeys& keys);
HeavyKeys decode_heavy_keys(std::string_view bytes);

}  // namespace penstock
