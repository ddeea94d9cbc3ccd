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

Batch even_bounds(Operator& input, const PartitionOptions& how,
                  const std::function<void(Batch)>& keep) {
  KeySampler sampler(*input.schema(), how.keys, sample_rows(how.partitions), kSeed,
                     SampledTexts::kBeginnings);
  while (std::optional<Batch> batch = input.next()) {
    if (batch->rows == 0) continue;
    batch->metadata.reset();
    sampler.add(*batch);
    if (keep) keep(*std::move(batch));
  }
  const Batch sample = sampler.sample();
  return choose_bounds({&sample, 1}, how.keys, how.partitions);
}

OperatorPtr find_bounds(Operator& input, PartitionOptions& how, const SpillOptions& spill) {
  if (how.kind != PartitionKind::kRange || how.bounds || how.partitions <= 1) return nullptr;
  SpillOptions half = spill;
  half.memory /= 2;
  auto spool = std::make_unique<RowSpool>(input.schema(), half);
  how.bounds = even_bounds(input, how, [&](Batch batch) { spool->add(std::move(batch)); });
  return std::make_unique<SpooledRows>(input.schema(), std::move(spool));
}

}  // namespace penstock
