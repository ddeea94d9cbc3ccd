#include "libcore/flow/plan/described_stage.h"

#include <algorithm>

namespace penstock {
namespace {

std::vector<SchemaPtr> inputs_of(const DescribedStage& stage, const SchemaPtr& input) {
  std::vector<SchemaPtr> inputs{input};
  if (stage.is(Operation::kJoin)) inputs.push_back(stage.right);
  return inputs;
}

}  // namespace

bool DescribedStage::reads_pipe() const {
  if (!is_of_family()) return true;
  const std::vector<StageInput>& inputs = plan.stage->inputs();
  // Of several inputs that are read as one, the pipe is a part.
  if (plan.stage->kind().reads_as_one && inputs.size() != 1) return false;
  return !inputs.empty() && inputs[0].is_standard_input();
}

bool DescribedStage::has_sides() const {
  return is_of_family() && !is(Operation::kJoin) && !plan.stage->kind().reads_as_one &&
         plan.stage->inputs().size() > 1;
}

std::string called(const DescribedStage& stage, std::string_view article) {
  const Operation operation = stage.traits->operation;
  if (operation == Operation::kOther) return stage.plan.name();
  std::string text(article);
  if (article == "a" && operation == Operation::kAggregate) text += "n";
  if (article == "a" && operation == Operation::kExchange) text += "n";
  return text + " " + name_of(operation);
}

SchemaPtr schema_behind(const DescribedStage& stage, const SchemaPtr& input) {
  if (!stage.is_of_family() || stage.is(Operation::kMerge) || stage.has_sides()) return nullptr;
  return schema_after(*stage.plan.stage, inputs_of(stage, input));
}

std::optional<ColumnUse> columns_used_by(const DescribedStage& stage, const SchemaPtr& input) {
  if (!stage.is_of_family()) return std::nullopt;
  std::vector<SchemaPtr> inputs = inputs_of(stage, input);
  bool are_known = std::all_of(inputs.begin(), inputs.end(),
                               [](const SchemaPtr& schema) { return schema != nullptr; });
  return are_known ? stage.plan.stage->columns_used(inputs) : std::nullopt;
}

std::optional<std::set<std::string>> columns_used(const std::vector<DescribedStage>& stages,
                                                  size_t first, SchemaPtr visible) {
  std::set<std::string> used;
  for (size_t i = first; i < stages.size() && visible != nullptr; ++i) {
    std::optional<ColumnUse> use = columns_used_by(stages[i], visible);
    // A stage that fails says itself what is wrong with it; a name may also come from where we do
    // not look.
    if (!use) return std::nullopt;
    used.merge(use->inputs[0]);
    const std::vector<std::string> names = visible->names();
    bool known = std::all_of(used.begin(), used.end(), [&](const std::string& name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    });
    if (!known) return std::nullopt;
    if (!stages[i].traits->keeps.columns) return used;
    visible = schema_behind(stages[i], visible);
  }
  return std::nullopt;
}

}  // namespace penstock
