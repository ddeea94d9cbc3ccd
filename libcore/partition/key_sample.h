// Samples of keys, for bounds of ranges with about equal numbers of rows: probabilistic splitting,
// DeWitt, Naughton and Schneider, "Parallel Sorting on a Shared-Nothing Architecture using
// Probabilistic Splitting", PDIS 1991.
//
// Each sender samples its own rows. Samples are combined by weight, so that a sender of many rows
// counts for more than a sender of few. A sample is a batch: the key columns (plain), then
// `penstock.rows` (float64), the number of rows that each sampled row stands for.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"

namespace penstock {

// Returns the number of rows in a sample for `partitions` ranges: 256 for each range, at least 4096
// and at most 131072. The largest range then almost surely holds less than 1.3 times the mean (the
// relative deviation of a range's share is about 1/sqrt(256) = 6 %).
int64_t sample_rows(int64_t partitions);

// Bytes of a text in a sample for bounds. A bound divides keys as well when it is the beginning of
// one, and long keys would otherwise fill the memory: 4096 of 1 MiB are 4 GiB.
inline constexpr int64_t kMostSampledTextBytes = 256;

enum class SampledTexts : uint8_t {
  kWhole,
  // At most their first kMostSampledTextBytes, whole characters. For bounds: texts that are equal
  // so far are one key to choose_bounds(), which makes ranges less even, and loses nothing.
  kBeginnings,
};

// Takes a uniform sample of the rows of a stream in one pass: algorithm L of Li,
// "Reservoir-Sampling Algorithms of Time Complexity O(n(1 + log(N/n)))", ACM TOMS 20(4), 1994. The
// same rows and seed give the same sample. Not thread-safe.
class KeySampler {
 public:
  // Throws Error when a key is unknown, ambiguous, or of a type that cannot be a key.
  KeySampler(const Schema& schema, const std::vector<SortKey>& keys, int64_t size, uint64_t seed,
             SampledTexts texts = SampledTexts::kWhole);

  // REQUIRES a batch of the schema (dictionary columns may have become plain).
  void add(const Batch& batch);

  int64_t rows_seen() const { return seen_; }

  // Returns the sample of all rows so far, without rows if there were none.
  Batch sample() const;

 private:
  void compact();
  void skip();
  double uniform();

  std::vector<size_t> columns_;
  SchemaPtr schema_;
  int64_t size_;
  SampledTexts texts_;
  std::mt19937_64 random_;
  double threshold_ = 1;
  int64_t seen_ = 0;
  int64_t next_ = 0;            // number of the next row that is taken
  std::vector<PartRow> slots_;  // of parts_, the sampled rows
  std::vector<Batch> parts_;
  int64_t part_rows_ = 0;
};

// Chooses bounds for `partitions` ranges from the samples of all senders: at most partitions - 1
// rows of the key columns, all different and in the order of the keys. A key that holds more than a
// range's share gets a range of its own, and the others share the rest evenly. With fewer different
// keys than partitions there are fewer bounds. Throws Error when the samples do not belong to one
// key list. REQUIRES the keys of the samplers, at least one sample.
Batch choose_bounds(std::span<const Batch> samples, const std::vector<SortKey>& keys,
                    int64_t partitions);

// Encodes a batch with its schema as an Arrow stream, to send samples and bounds, and decodes it.
// Decoding throws Error for any other bytes.
std::string encode_batch_stream(const Batch& batch);
Batch decode_batch_stream(std::string_view bytes);

}  // namespace penstock
