// The stages of a pipeline while it is planned: what was written, with what is known of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/flow/plan/plan.h"
#include "libcore/stage/traits.h"

namespace penstock {

struct DescribedStage {
  PlanStage plan;
  // Of a stage of the family, and of a program that is listed (listed_program.h).
  std::optional<StageTraits> traits;
  // The file of a join's right input, also where a scan of it was put before the join since.
  std::optional<StageInput> right_file = {};
  int64_t right_bytes = -1;   // that file's, as shareable_bytes() counts them
  SchemaPtr right = nullptr;  // that file's, where it is known

  bool is_of_family() const { return plan.stage != nullptr; }
  bool is(Operation operation) const { return traits && traits->operation == operation; }
  // Its only input, or the first, is the rows of the stage before it.
  bool reads_pipe() const;
  // It has several inputs, each for itself, and is not a join: only of a join is it known how one
  // is divided and not the other.
  bool has_sides() const;
  // Changes the stage by `change`, which is given the copy that takes its place, and its traits
  // with it.
  template <typename Change>
  void rewrite(Change change) {
    std::unique_ptr<Stage> changed = plan.stage->clone();
    change(*changed);
    plan.stage = std::move(changed);
  }
};

// Returns what a reason calls a stage: the article ("a" or "the") and what it does, or its name
// alone where that says more ("ptail").
std::string called(const DescribedStage& stage, std::string_view article);

// Returns the schema of what a stage gives of rows like `input`; null when it cannot be known, also
// because the stage will fail.
SchemaPtr schema_behind(const DescribedStage& stage, const SchemaPtr& input);

// The columns that it looks at of rows like `input` and of its right input; empty when they
// cannot be known.
std::optional<ColumnUse> columns_used_by(const DescribedStage& stage, const SchemaPtr& input);

// The columns that the stages from `first` on use of `visible`, which is what they are given, and
// those of other inputs that they use; empty when that may be any.
std::optional<std::set<std::string>> columns_used(const std::vector<DescribedStage>& stages,
                                                  size_t first, SchemaPtr visible);

}  // namespace penstock
