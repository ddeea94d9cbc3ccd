#include "libcore/ops/sample.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/ops/places.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr char kDraw[] = "#draw";

// The draw for a place: the place-th number that SplitMix64 gives from a seed. The seed is mixed
// first, so that seeds next to each other do not give the same draws some places on.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(mixed(seed)) {}
  uint64_t at(int64_t place) const {
    return mixed(state_ + static_cast<uint64_t>(place + 1) * 0x9E3779B97F4A7C15U);
  }

 private:
  static uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

class FractionSample : public Operator {
 public:
  FractionSample(OperatorPtr input, double fraction, uint64_t seed)
      : input_(std::move(input)),
        schema_(without_dictionaries(input_->schema())),
        draws_(seed),
        all_(fraction >= 1),
        below_(all_ ? 0 : static_cast<uint64_t>(std::ldexp(fraction, 64))) {
    PENSTOCK_CHECK(fraction > 0 && fraction <= 1);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = input_->next()) {
      rows_.clear();
      for (int64_t i = 0; i < batch->rows; ++i, ++place_) {
        if (all_ || draws_.at(place_) < below_) rows_.push_back(static_cast<RowIndex>(i));
      }
      if (rows_.empty() && batch->rows != 0 && batch->metadata == nullptr) continue;
      batch->schema = schema_;
      for (ColumnPtr& column : batch->columns)
        column = decode_dictionary(column);
      if (static_cast<int64_t>(rows_.size()) == batch->rows) return batch;
      Batch chosen = take(*batch, rows_);
      chosen.metadata = std::move(batch->metadata);
      return chosen;
    }
    return std::nullopt;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
  Draws draws_;
  bool all_;
  uint64_t below_;
  int64_t place_ = 0;
  std::vector<RowIndex> rows_;
};

// Rows with their places and draws as last columns.
class DrawnRows : public Operator {
 public:
  DrawnRows(OperatorPtr placed, uint64_t seed) : input_(std::move(placed)), draws_(seed) {
    std::vector<Field> fields = input_->schema()->fields();
    fields.push_back({kDraw, uint64_type(), false, {}});
    schema_ = make_schema(std::move(fields));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    const auto* places = batch->columns.back()->data<int64_t>();
    MutableBuffer draws(batch->rows * static_cast<int64_t>(sizeof(uint64_t)));
    for (int64_t i = 0; i < batch->rows; ++i)
      draws.as<uint64_t>()[i] = draws_.at(places[i]);
    batch->columns.push_back(make_column(uint64_type(), batch->rows, draws.freeze()));
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
  Draws draws_;
};

}  // namespace

OperatorPtr make_fraction_sample(OperatorPtr input, double fraction, uint64_t seed) {
  return std::make_unique<FractionSample>(std::move(input), fraction, seed);
}

OperatorPtr make_reservoir_sample(OperatorPtr input, int64_t rows, uint64_t seed,
                                  const SpillOptions& spill) {
  PENSTOCK_CHECK(rows > 0);
  SchemaPtr schema = without_dictionaries(input->schema());
  // Both sorts hold the sample for a moment.
  SpillOptions half = spill;
  half.memory = std::max(spill.memory / 2, kLeastMemory);
  SortOptions least{.keys = {{kDraw, false, false}, {kPlace, false, false}},
                    .limit = rows,
                    .spill = half,
                    .threads = false};
  SortOptions in_order{.keys = {{kPlace, false, false}}, .spill = half, .threads = false};
  OperatorPtr drawn = std::make_unique<DrawnRows>(make_placed(std::move(input)), seed);
  return make_first_columns(make_sort(make_sort(std::move(drawn), least), in_order), schema);
}

}  // namespace penstock
