#include "libcore/ops/aggregate/sketch/quantile.h"

#include <span>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/ops/aggregate/sketch/buckets.h"

namespace penstock {
namespace {

class QuantileSketch : public AggregateState {
 public:
  explicit QuantileSketch(double fraction) : fraction_(fraction) {}

  void resize(int64_t groups) override { groups_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    const double* values = column.data<double>();
    for_each_value(rows, column, [&](size_t group, int64_t i) {
      const double value = counted_number(values[i]);
      add_bucket(group, {bucket_of(value), 1, value, value});
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<double> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const NumberBuckets& buckets = groups_[static_cast<size_t>(i)];
      if (buckets.total() == 0) {
        results.append_null();
      } else {
        results.append(buckets.at(fraction_));
      }
    }
    return results.finish(float64_type());
  }

  std::vector<Field> state_fields() const override { return bucket_fields(); }

  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return bucket_columns(
        std::span(groups_).subspan(static_cast<size_t>(begin), static_cast<size_t>(count)));
  }

  void merge(const AggregateRows& states) override {
    for_each_value(states, *states.columns[0], [&](size_t group, int64_t i) {
      for (const NumberBucket& bucket : buckets_at(states.columns, i))
        add_bucket(group, bucket);
    });
  }

  int64_t bytes() const override { return vector_bytes(groups_) + held_; }

 private:
  void add_bucket(size_t group, const NumberBucket& bucket) {
    NumberBuckets& buckets = groups_[group];
    const int64_t before = buckets.held();
    buckets.add(bucket);
    held_ += buckets.held() - before;
  }

  double fraction_;
  std::vector<NumberBuckets> groups_;
  int64_t held_ = 0;
};

}  // namespace

AggregateStatePtr make_quantile_sketch_state(double fraction) {
  return std::make_unique<QuantileSketch>(fraction);
}

}  // namespace penstock
