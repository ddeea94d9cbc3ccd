#include "libcore/ops/aggregate/spilled_percentile.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/ops/sort/sort.h"

namespace penstock {

PercentilePlace::PercentilePlace(double fraction, int64_t count) {
  double place = fraction * static_cast<double>(count - 1);
  below = static_cast<int64_t>(place);
  part = place - std::floor(place);
}

double PercentilePlace::between(double low, double high) const {
  // Two infinities have no difference.
  return low == high ? low : low + part * (high - low);
}

SpilledPercentile::SpilledPercentile(double fraction, SpillFile& file, const SpillOptions& options)
    : fraction_(fraction), file_(file), options_(options) {
  SchemaPtr schema =
      make_schema({{"group", int32_type(), false, {}}, {"value", float64_type(), false, {}}});
  writer_ = std::make_unique<RunWriter>(file_, schema);
}

void SpilledPercentile::add(const std::vector<int32_t>& groups, const std::vector<double>& values,
                            int64_t group_count) {
  counts_.resize(static_cast<size_t>(group_count));
  for (int32_t group : groups)
    ++counts_[static_cast<size_t>(group)];
  auto size = static_cast<int64_t>(groups.size());
  for (int64_t at = 0; at < size; at += kBatchRows) {
    int64_t rows = std::min(kBatchRows, size - at);
    auto column = [rows](const TypePtr& type, const auto* from) {
      return make_column(type, rows,
                         Buffer::copy(from, rows * static_cast<int64_t>(sizeof(*from))));
    };
    writer_->write(
        {writer_->schema(),
         rows,
         {column(int32_type(), groups.data() + at), column(float64_type(), values.data() + at)}});
  }
}

double SpilledPercentile::next_value() {
  while (at_ == batch_.rows) {
    std::optional<Batch> batch = sorted_->next();
    PENSTOCK_CHECK(batch.has_value());
    batch_ = *std::move(batch);
    at_ = 0;
  }
  return batch_.columns[1]->data<double>()[at_++];
}

ColumnPtr SpilledPercentile::finish(int64_t begin, int64_t count) {
  if (!sorted_) {
    SortOptions sort;
    sort.keys = {{"group", false, false}, {"value", false, false}};
    sort.spill = {options_.memory / 2, options_.directory};
    sort.threads = false;
    sorted_ = make_sort(read_run(file_, writer_->finish()), sort);
  }
  FixedBuilder<double> results;
  for (int64_t group = begin; group < begin + count; ++group) {
    int64_t values = counts_[static_cast<size_t>(group)];
    if (values == 0) {
      results.append_null();
      continue;
    }
    PercentilePlace place(fraction_, values);
    int64_t passed = 0;
    for (; passed < place.below; ++passed)
      next_value();
    double result = next_value();
    if (++passed < values && place.part != 0) {
      result = place.between(result, next_value());
      ++passed;
    }
    for (; passed < values; ++passed)
      next_value();
    results.append(result);
  }
  return results.finish(float64_type());
}

}  // namespace penstock
