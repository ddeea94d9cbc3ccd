#include "libcore/ops/aggregate/sketch/quantile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

constexpr int kDroppedBits = 44;  // of the 52 of a mantissa

// One for both zeros, and one for all NaNs.
double canonical(double value) {
  if (value == 0) return 0;
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}

// Numbers of buckets are in the order of the values: NaN comes last.
int32_t bucket_of(double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  constexpr uint64_t kSign = uint64_t{1} << 63;
  const uint64_t ordered = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return static_cast<int32_t>(ordered >> kDroppedBits);
}

struct Bucket {
  int32_t number = 0;
  int64_t count = 0;
  double least = 0;
  double greatest = 0;
};

// The buckets of one group, ascending.
class Buckets {
 public:
  void add(const Bucket& bucket) {
    // The values of a group are often near each other.
    if (last_ >= buckets_.size() || buckets_[last_].number != bucket.number) {
      auto at = std::lower_bound(buckets_.begin(), buckets_.end(), bucket.number,
                                 [](const Bucket& a, int32_t number) { return a.number < number; });
      last_ = static_cast<size_t>(at - buckets_.begin());
      if (at == buckets_.end() || at->number != bucket.number) {
        buckets_.insert(at, bucket);
        add_count(total_, bucket.count);
        return;
      }
    }
    Bucket& known = buckets_[last_];
    add_count(known.count, bucket.count);
    add_count(total_, bucket.count);
    if (compare_floats(bucket.least, known.least) < 0) known.least = bucket.least;
    if (compare_floats(bucket.greatest, known.greatest) > 0) known.greatest = bucket.greatest;
  }

  int64_t total() const { return total_; }
  const std::vector<Bucket>& list() const { return buckets_; }

  // The value of that rank, as percentile_disc has it, between the bounds of its bucket.
  double at(double fraction) const {
    constexpr double kMostRank = 9e18;  // below what int64 holds
    const double place = std::min(std::ceil(fraction * static_cast<double>(total_)), kMostRank);
    const auto rank = std::clamp<int64_t>(static_cast<int64_t>(place), 1, total_);
    int64_t before = 0;
    for (const Bucket& bucket : buckets_) {
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

  int64_t held() const { return static_cast<int64_t>(buckets_.capacity() * sizeof(Bucket)); }

 private:
  std::vector<Bucket> buckets_;
  size_t last_ = 0;
  int64_t total_ = 0;
};

class QuantileSketch : public AggregateState {
 public:
  explicit QuantileSketch(double fraction) : fraction_(fraction) {}

  void resize(int64_t groups) override { groups_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    const double* values = column.data<double>();
    for_each_value(rows, column, [&](size_t group, int64_t i) {
      const double value = canonical(values[i]);
      add_bucket(group, {bucket_of(value), 1, value, value});
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<double> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const Buckets& buckets = groups_[static_cast<size_t>(i)];
      if (buckets.total() == 0) {
        results.append_null();
      } else {
        results.append(buckets.at(fraction_));
      }
    }
    return results.finish(float64_type());
  }

  std::vector<Field> state_fields() const override {
    return {{"counts", list_type(int64_type()), true, {}},
            {"least", list_type(float64_type()), true, {}},
            {"greatest", list_type(float64_type()), true, {}}};
  }

  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    FixedBuilder<int64_t> counts;
    FixedBuilder<double> least;
    FixedBuilder<double> greatest;
    MutableBuffer offsets;
    offsets.push(int32_t{0});
    for (int64_t i = begin; i < begin + count; ++i) {
      for (const Bucket& bucket : groups_[static_cast<size_t>(i)].list()) {
        counts.append(bucket.count);
        least.append(bucket.least);
        greatest.append(bucket.greatest);
      }
      if (counts.length() > kMaxBatchRows)
        throw Error("approx_percentile: over 2^31 - 1 buckets in one batch");
      offsets.push(static_cast<int32_t>(counts.length()));
    }
    const Buffer ends = offsets.freeze();
    return {list_of(counts.finish(int64_type()), ends, count),
            list_of(least.finish(float64_type()), ends, count),
            list_of(greatest.finish(float64_type()), ends, count)};
  }

  void merge(const AggregateRows& states) override {
    const Column& counts = *states.columns[0];
    for_each_value(states, counts, [&](size_t group, int64_t i) {
      const int32_t* ends = counts.offsets.as<int32_t>() + i;
      const int64_t size = ends[1] - ends[0];
      const double* least = values_at(*states.columns[1], i, size);
      const double* greatest = values_at(*states.columns[2], i, size);
      if (counts.children[0]->null_count != 0) fail_state();
      const int64_t* of_buckets = counts.children[0]->data<int64_t>() + ends[0];
      for (int64_t k = 0; k < size; ++k) {
        const double low = canonical(least[k]);
        const double high = canonical(greatest[k]);
        const int32_t number = bucket_of(low);
        const bool known = of_buckets[k] > 0 && number == bucket_of(high);
        if (!known || compare_floats(low, high) > 0) fail_state();
        add_bucket(group, {number, of_buckets[k], low, high});
      }
    });
  }

  int64_t bytes() const override { return vector_bytes(groups_) + held_; }

 private:
  [[noreturn]] static void fail_state() {
    throw Error("a partial state is not a sketch of percentiles");
  }

  static ColumnPtr list_of(ColumnPtr items, const Buffer& ends, int64_t count) {
    auto list = std::make_shared<Column>();
    list->type = list_type(items->type);
    list->length = count;
    list->offsets = ends;
    list->children = {std::move(items)};
    return list;
  }

  static const double* values_at(const Column& list, int64_t i, int64_t size) {
    const int32_t* ends = list.offsets.as<int32_t>() + i;
    if (list.is_null(i) || ends[1] - ends[0] != size || list.children[0]->null_count != 0) {
      fail_state();
    }
    return list.children[0]->data<double>() + ends[0];
  }

  void add_bucket(size_t group, const Bucket& bucket) {
    Buckets& buckets = groups_[group];
    const int64_t before = buckets.held();
    buckets.add(bucket);
    held_ += buckets.held() - before;
  }

  double fraction_;
  std::vector<Buckets> groups_;
  int64_t held_ = 0;
};

}  // namespace

AggregateStatePtr make_quantile_sketch_state(double fraction) {
  return std::make_unique<QuantileSketch>(fraction);
}

}  // namespace penstock
