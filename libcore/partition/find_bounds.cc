#include "libcore/partition/find_bounds.h"

#include <memory>
#include <utility>

#include "libcore/partition/key_sample.h"
#include "libcore/rows/spool.h"

namespace penstock {
namespace {

// Seed of the sample.
constexpr uint64_t kSeed = 1;

class SpooledRows : public Operator {
 public:
  SpooledRows(SchemaPtr schema, std::unique_ptr<RowSpool> spool)
      : schema_(std::move(schema)), spool_(std::move(spool)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return spool_->next(); }

 private:
  SchemaPtr schema_;
  std::unique_ptr<RowSpool> spool_;
};

}  // namespace

OperatorPtr find_bounds(Operator& input, PartitionOptions& how, const SpillOptions& spill) {
  if (how.kind != PartitionKind::kRange || how.bounds || how.partitions <= 1) return nullptr;
  SpillOptions half = spill;
  half.memory /= 2;
  KeySampler sampler(*input.schema(), how.keys, sample_rows(how.partitions), kSeed,
                     SampledTexts::kBeginnings);
  auto spool = std::make_unique<RowSpool>(input.schema(), half);
  while (std::optional<Batch> batch = input.next()) {
    if (batch->rows == 0) continue;
    batch->metadata.reset();
    sampler.add(*batch);
    spool->add(*std::move(batch));
  }
  const Batch sample = sampler.sample();
  how.bounds = choose_bounds({&sample, 1}, how.keys, how.partitions);
  return std::make_unique<SpooledRows>(input.schema(), std::move(spool));
}

}  // namespace penstock
