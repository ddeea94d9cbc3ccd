#include "libcore/ops/summary/number_counts.h"

#include "libcore/data/compare.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {

void NumberCounts::add_number(double value) {
  value = counted_number(value);
  NumberBucket& known = bucket(bucket_of(value));
  if (known.count == 0) {
    known.least = value;
    known.greatest = value;
  }
  ++known.count;
  // NaNs have a bucket of their own.
  if (value < known.least) known.least = value;
  if (value > known.greatest) known.greatest = value;
}

void NumberCounts::add(const Column& numbers) {
  const auto* values = numbers.data<double>();
  for (int64_t i = 0; i < numbers.length; ++i) {
    if (numbers.is_valid(i)) add_number(values[i]);
  }
}

void NumberCounts::add(const NumberBucket& more) {
  NumberBucket& known = bucket(more.number);
  const bool is_new = known.count == 0;
  if (is_new || compare_floats(more.least, known.least) < 0) known.least = more.least;
  if (is_new || compare_floats(more.greatest, known.greatest) > 0) known.greatest = more.greatest;
  add_count(known.count, more.count);
}

NumberBuckets NumberCounts::buckets() const {
  NumberBuckets buckets;
  for (size_t i = 0; i < kBlocks; ++i) {
    if (places_[i] == 0) continue;
    const Block& block = *blocks_[places_[i] - 1U];
    for (size_t k = 0; k < block.size(); ++k) {
      NumberBucket bucket = block[k];
      if (bucket.count == 0) continue;
      bucket.number = static_cast<int32_t>(i << kBlockBits | k);
      buckets.add(bucket);
    }
  }
  return buckets;
}

}  // namespace penstock
