#include "libcore/flow/plan_stages.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/expr/expression.h"

namespace penstock {
namespace {

// A scan's -c, in the schema's order; empty when all columns may be needed.
std::optional<std::vector<std::string>> columns_needed(
    const std::vector<DescribedStage>& stages, const Schema& schema,
    const std::map<const StageDescription*, SchemaPtr>& right_schemas) {
  std::set<std::string> used;
  SchemaPtr visible = make_schema(schema.fields());
  for (size_t i = 1; i < stages.size(); ++i) {
    const StageDescription* about = stages[i].about.get();
    if (about == nullptr || !about->columns) return std::nullopt;
    used.insert(about->columns->begin(), about->columns->end());
    try {
      for (const std::string& text : about->expressions) {
        std::vector<std::string> names = referenced_columns(text, *visible);
        used.insert(names.begin(), names.end());
      }
    } catch (const Error&) {
      // The stage will say what is wrong with it; a name may also come from where we do not look.
      return std::nullopt;
    }
    for (const std::string& name : used) {
      std::vector<std::string> names = visible->names();
      if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
    }
    if (!about->keeps_columns) {
      std::vector<std::string> needed;
      for (const Field& field : schema.fields()) {
        if (used.count(field.name) != 0) needed.push_back(field.name);
      }
      if (needed.empty()) needed.push_back(schema[0].name);
      if (needed.size() == schema.size()) return std::nullopt;
      return needed;
    }
    if (about->operation != "join") continue;
    auto right = right_schemas.find(about);
    if (right == right_schemas.end() || right->second == nullptr) return std::nullopt;
    std::vector<Field> fields = visible->fields();
    for (const Field& field : right->second->fields()) {
      std::vector<std::string> names = visible->names();
      bool known = std::find(names.begin(), names.end(), field.name) != names.end();
      if (!known) fields.push_back(field);
    }
    visible = make_schema(std::move(fields));
  }
  return std::nullopt;
}

void add_option(DescribedStage& scan, const std::string& option) {
  auto& words = scan.stage.words;
  words.insert(words.begin() + 1, PlanWord{option, nullptr});
}

}  // namespace

PlanStage plain_stage(const std::vector<std::string>& words, int64_t location) {
  PlanStage stage;
  stage.location = location;
  for (const std::string& word : words)
    stage.words.push_back({word, nullptr});
  return stage;
}

DescribedStage rebuild(const DescribedStage& from, const std::vector<std::string>& headings,
                       const std::vector<std::string>& more, const std::vector<std::string>& inputs,
                       const PlannedInputs& planned) {
  std::vector<std::string> words{from.program()};
  for (const std::string& heading : headings) {
    std::vector<std::string> options = from.about->options_of(heading);
    words.insert(words.end(), options.begin(), options.end());
  }
  words.insert(words.end(), more.begin(), more.end());
  std::vector<std::string> operands = from.about->words;
  operands.insert(operands.end(), inputs.begin(), inputs.end());
  bool dash = std::any_of(operands.begin(), operands.end(), [](const std::string& operand) {
    return operand.size() > 1 && operand[0] == '-';
  });
  if (dash) words.emplace_back("--");
  words.insert(words.end(), operands.begin(), operands.end());
  DescribedStage stage{plain_stage(words, from.stage.location), from.about};
  for (PlanWord& word : stage.stage.words) {
    auto found = planned.find(word.text);
    if (found != planned.end()) word = {"", found->second};
  }
  return stage;
}

std::vector<std::string> common_options(const StageDescription& about) {
  std::vector<std::string> options;
  for (const StageDescription::Given& given : about.given) {
    bool common = given.name == "memory" || given.name == "temp-dir" || given.heading == "Other";
    if (common) options.push_back("--" + given.name + (given.value ? "=" + *given.value : ""));
  }
  return options;
}

void push_down(std::vector<DescribedStage>& stages, const Schema& schema,
               const std::map<const StageDescription*, SchemaPtr>& right_schemas) {
  DescribedStage& scan = stages[0];
  // With columns chosen by hand a condition is about those alone; it stays where it is.
  if (scan.has("columns") || scan.has("where")) return;
  const StageDescription* second = stages.size() > 1 ? stages[1].about.get() : nullptr;
  bool bare = second != nullptr && second->operation == "filter" && second->given.empty() &&
              second->inputs == std::vector<std::string>{"-"};
  if (bare) {
    add_option(scan, "--where=" + second->words[0]);
    stages.erase(stages.begin() + 1);
  }
  std::optional<std::vector<std::string>> columns = columns_needed(stages, schema, right_schemas);
  if (!columns) return;
  std::vector<SortKey> names;
  for (const std::string& name : *columns)
    names.push_back({name, false, false});
  add_option(scan, "--columns=" + to_string(names));
}

}  // namespace penstock
