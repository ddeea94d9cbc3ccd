// Which columns stages use and give, told from their command lines without running them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/flow/plan_stages.h"
#include "libcore/flow/stage_description.h"

namespace penstock {

// What a stage gives of rows like `input`; null when that cannot be told, also because it will
// fail.
SchemaPtr schema_after(const StageDescription& stage, const SchemaPtr& input,
                       const RightSchemas& right_schemas);

// The columns that a join looks at: keys, and what its condition names.
struct JoinColumns {
  std::set<std::string> left;
  std::set<std::string> right;
  // Columns that its condition asks to be equal: where it has no keys they are its keys.
  std::vector<std::string> equal_left;
  std::vector<std::string> equal_right;
};
// Empty when that cannot be told.
std::optional<JoinColumns> columns_of_join(const StageDescription& join, const SchemaPtr& left,
                                           const RightSchemas& right_schemas);

// Whether a join gives the right input's columns too.
bool gives_right(const StageDescription& join);

// The columns that the stages from `first` on use of `visible`, which is what they are given, and
// those of other inputs that they use; empty when that may be any.
std::optional<std::set<std::string>> columns_used(const std::vector<DescribedStage>& stages,
                                                  size_t first, SchemaPtr visible,
                                                  const RightSchemas& right_schemas);

}  // namespace penstock
