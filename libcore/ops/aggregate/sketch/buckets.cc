#include "libcore/ops/aggregate/sketch/buckets.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

[[noreturn]] void fail_buckets() {
  throw Error("a partial state is not a sketch of percentiles");
}

ColumnPtr list_of(ColumnPtr items, const Buffer& ends, int64_t count) {
  auto list = std::make_shared<Column>();
  list->type = list_type(items->type);
  list->length = count;
  list->offsets = ends;
  list->children = {std::move(items)};
  return list;
}

const double* numbers_at(const Column& list, int64_t i, int64_t size) {
  const int32_t* ends = list.offsets.as<int32_t>() + i;
  if (list.is_null(i) || ends[1] - ends[0] != size || list.children[0]->null_count != 0) {
    fail_buckets();
  }
  return list.children[0]->data<double>() + ends[0];
}

}  // namespace

void NumberBuckets::add(const NumberBucket& bucket) {
  // The values of a group are often near each other.
  if (last_ >= buckets_.size() || buckets_[last_].number != bucket.number) {
    auto at =
        std::lower_bound(buckets_.begin(), buckets_.end(), bucket.number,
                         [](const NumberBucket& a, int32_t number) { return a.number < number; });
    last_ = static_cast<size_t>(at - buckets_.begin());
    if (at == buckets_.end() || at->number != bucket.number) {
      buckets_.insert(at, bucket);
      add_count(total_, bucket.count);
      return;
    }
  }
  NumberBucket& known = buckets_[last_];
  add_count(known.count, bucket.count);
  add_count(total_, bucket.count);
  if (compare_floats(bucket.least, known.least) < 0) known.least = bucket.least;
  if (compare_floats(bucket.greatest, known.greatest) > 0) known.greatest = bucket.greatest;
}

double NumberBuckets::at(double fraction) const {
  constexpr double kMostRank = 9e18;  // below what int64 holds
  const double place = std::min(std::ceil(fraction * static_cast<double>(total_)), kMostRank);
  const auto rank = std::clamp<int64_t>(static_cast<int64_t>(place), 1, total_);
  int64_t before = 0;
  for (const NumberBucket& bucket : buckets_) {
    if (before + bucket.count < rank) {
      before += bucket.count;
      continue;
    }
    if (bucket.count == 1 || bucket.least == bucket.greatest || !std::isfinite(bucket.greatest))
      return bucket.least;
    const double part =
        static_cast<double>(rank - before - 1) / static_cast<double>(bucket.count - 1);
    return std::clamp(bucket.least + (bucket.greatest - bucket.least) * part, bucket.least,
                      bucket.greatest);
  }
  return buckets_.back().greatest;
}

std::vector<Field> bucket_fields() {
  return {{"counts", list_type(int64_type()), true, {}},
          {"least", list_type(float64_type()), true, {}},
          {"greatest", list_type(float64_type()), true, {}}};
}

std::vector<ColumnPtr> bucket_columns(std::span<const NumberBuckets> groups) {
  FixedBuilder<int64_t> counts;
  FixedBuilder<double> least;
  FixedBuilder<double> greatest;
  MutableBuffer offsets;
  offsets.push(int32_t{0});
  for (const NumberBuckets& buckets : groups) {
    for (const NumberBucket& bucket : buckets.list()) {
      counts.append(bucket.count);
      least.append(bucket.least);
      greatest.append(bucket.greatest);
    }
    if (counts.length() > kMaxBatchRows)
      throw Error("approx_percentile: over 2^31 - 1 buckets in one batch");
    offsets.push(static_cast<int32_t>(counts.length()));
  }
  const Buffer ends = offsets.freeze();
  const auto count = static_cast<int64_t>(groups.size());
  return {list_of(counts.finish(int64_type()), ends, count),
          list_of(least.finish(float64_type()), ends, count),
          list_of(greatest.finish(float64_type()), ends, count)};
}

std::vector<NumberBucket> buckets_at(std::span<const ColumnPtr> columns, int64_t row) {
  const Column& counts = *columns[0];
  if (counts.is_null(row)) return {};
  const int32_t* ends = counts.offsets.as<int32_t>() + row;
  const int64_t size = ends[1] - ends[0];
  const double* least = numbers_at(*columns[1], row, size);
  const double* greatest = numbers_at(*columns[2], row, size);
  if (counts.children[0]->null_count != 0) fail_buckets();
  const int64_t* of_buckets = counts.children[0]->data<int64_t>() + ends[0];
  std::vector<NumberBucket> buckets;
  for (int64_t k = 0; k < size; ++k) {
    const double low = counted_number(least[k]);
    const double high = counted_number(greatest[k]);
    const int32_t number = bucket_of(low);
    const bool known = of_buckets[k] > 0 && number == bucket_of(high);
    if (!known || compare_floats(low, high) > 0) fail_buckets();
    buckets.push_back({number, of_buckets[k], low, high});
  }
  return buckets;
}

}  // namespace penstock
