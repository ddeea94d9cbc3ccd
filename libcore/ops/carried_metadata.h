// The metadata of a batch of which an operator makes several, or none.
#pragma once

#include <optional>
#include <utility>

#include "libcore/data/batch.h"

namespace penstock {

// Puts the metadata of an input batch on the last of the batches that are made of it; where there
// is none, on a batch without rows. Costs a test where the input batch has no metadata. Not
// thread-safe.
class CarriedMetadata {
 public:
  // Of batches of `schema`.
  explicit CarriedMetadata(SchemaPtr schema) : schema_(std::move(schema)) {}

  // Begins with the next input batch. REQUIRES that next() returned empty for the last one.
  void begin(BatchMetadataPtr metadata) { metadata_ = std::move(metadata); }

  // Returns what `make` returns, which is the next batch made of the input batch, or empty after
  // the last one. Where there is metadata, calls it for one batch more than it returns.
  template <typename Make>
  std::optional<Batch> next(Make make) {
    if (metadata_ == nullptr) return make();
    if (!held_) held_ = make();
    std::optional<Batch> after;
    if (held_) after = make();
    if (!after) {
      if (!held_) held_ = batch_without_rows(schema_, nullptr);
      held_->metadata = std::exchange(metadata_, nullptr);
    }
    return std::exchange(held_, std::move(after));
  }

 private:
  SchemaPtr schema_;
  BatchMetadataPtr metadata_;  // until its batch is given
  std::optional<Batch> held_;  // made, and not given yet
};

}  // namespace penstock
