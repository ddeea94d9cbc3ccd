// What the stages of tools have in common whose rows go to files, pipes or tables.
#pragma once

#include <utility>
#include <vector>

#include "libcore/ops/head.h"
#include "libcore/stage/stage.h"

namespace penstock {

// One process writes the rows of all, and uses all columns.
template <typename Self>
class WriterStage : public StageOf<Self> {
 public:
  using StageOf<Self>::StageOf;

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kPartition;
    about.needs = {{{Placement::Kind::kSingle}}};
    return about;
  }

  bool passes_batches() const override { return false; }

  // The process writes the rows; as an operator it gives none.
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_head(std::move(inputs[0]), 0);
  }
};

}  // namespace penstock
