// Heavy keys hold so many rows that a partition with one of them would get far more rows than the
// others. Their rows in the first input of a join are spread over all partitions, and their
// partners in the second input go to each (Xu, Kostamaa, Zhou and Chen, "Handling Data Skew in
// Parallel Joins in Shared-Nothing Systems", SIGMOD 2008). PARTITIONING.md describes it in full.
//
// Keys are recognized by their hashes (data/hash.h). If two keys have the same hash, both are
// heavy, which costs a little and is still right.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Rows of a sender's input that it samples: the first ones, because both inputs wait for the
// sample.
inline constexpr int64_t kHeavySampleRows = int64_t{1} << 16;

// A key is heavy when it holds more than this share of a partition's even part of the rows. So each
// key that is just not heavy can make a partition at most a quarter larger.
inline constexpr double kHeavyShare = 0.25;

struct HeavyKeys {
  std::vector<uint64_t> hashes;  // ascending; at most partitions / kHeavyShare of them
  double share = 0;              // of all rows, the share that these keys hold together
};

// Chooses from the samples of all senders, as KeySampler makes them. Throws Error for a batch that
// is not a sample of keys that can be hashed. REQUIRES partitions > 0.
HeavyKeys choose_heavy_keys(std::span<const Batch> samples, int64_t partitions);

// Encodes heavy keys as an Arrow stream, to be sent and to be left in a file, and decodes them.
// Decoding throws Error for any other bytes.
std::string encode_heavy_keys(const HeavyKeys& keys);
HeavyKeys decode_heavy_keys(std::string_view bytes);

}  // namespace penstock
