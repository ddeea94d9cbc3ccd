#include "libcore/flow/plan_stages.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/expr/expression.h"
#include "libcore/flow/scan_files.h"

namespace penstock {
namespace {

// Bytes of text from which on it is cheaper to read it once, into a file for all workers, than
// once in each of them: what one more process costs is about 3 ms.
constexpr int64_t kWorthAScan = int64_t{1} << 20;

bool has_name(const Schema& schema, const std::string& name) {
  std::vector<std::string> names = schema.names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the name is that of a key on both sides, of which one comes out.
bool is_shared_key(const StageDescription& join, const std::string& name) {
  if (join.needs[0].size() != 2) return false;
  const std::vector<std::string>& left = join.needs[0][0].keys;
  const std::vector<std::string>& right = join.needs[0][1].keys;
  for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (left[i] == name && right[i] == name) return true;
  }
  return false;
}

// What a join gives of `left` and its right input; null when that is not known, or when both have a
// column of one name: the join refuses that, and nothing may be left out that would hide it.
SchemaPtr joined(const Schema& left, const StageDescription& join,
                 const RightSchemas& right_schemas) {
  auto right = right_schemas.find(&join);
  if (right == right_schemas.end() || right->second == nullptr) return nullptr;
  std::vector<Field> fields = left.fields();
  for (const Field& field : right->second->fields()) {
    bool both = has_name(left, field.name);
    if (both && !is_shared_key(join, field.name)) return nullptr;
    if (!both) fields.push_back(field);
  }
  return make_schema(std::move(fields));
}

// The columns that the stages from `first` on use of `visible`, which is what they are given; empty
// when that may be any.
std::optional<std::set<std::string>> columns_used(const std::vector<DescribedStage>& stages,
                                                  size_t first, SchemaPtr visible,
                                                  const RightSchemas& right_schemas) {
  std::set<std::string> used;
  for (size_t i = first; i < stages.size(); ++i) {
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
    bool known = std::all_of(used.begin(), used.end(),
                             [&](const std::string& name) { return has_name(*visible, name); });
    if (!known) return std::nullopt;
    if (!about->keeps_columns) return used;
    if (about->operation != "join") continue;
    visible = joined(*visible, *about, right_schemas);
    if (visible == nullptr) return std::nullopt;
  }
  return std::nullopt;
}

// A scan's -c for the columns of `schema` that are used, at least one; empty when that is all.
std::string columns_option(const Schema& schema, const std::set<std::string>& used) {
  std::vector<SortKey> needed;
  for (const Field& field : schema.fields()) {
    if (used.count(field.name) != 0) needed.push_back({field.name, false, false});
  }
  if (needed.empty()) needed.push_back({schema[0].name, false, false});
  if (needed.size() == schema.size()) return {};
  return "--columns=" + to_string(needed);
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

void push_into_scan(std::vector<DescribedStage>& stages, const Schema& schema,
                    const RightSchemas& right_schemas) {
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
  auto used = columns_used(stages, 1, make_schema(schema.fields()), right_schemas);
  std::string columns = used ? columns_option(schema, *used) : std::string();
  if (!columns.empty()) add_option(scan, columns);
}

void scan_right_once(std::vector<DescribedStage>& stages, const Schema& schema,
                     const RightSchemas& right_schemas) {
  SchemaPtr visible = make_schema(schema.fields());
  for (size_t i = 1; i < stages.size(); ++i) {
    const StageDescription* about = stages[i].about.get();
    if (about == nullptr || !about->keeps_columns) return;
    if (about->operation != "join") continue;
    visible = joined(*visible, *about, right_schemas);
    if (visible == nullptr) return;
    const Schema& right = *right_schemas.at(about);
    const std::string& file = about->inputs[1];
    ScanFiles looked = look_at_files({file}, std::nullopt);
    if (!looked.is_text || looked.bytes < kWorthAScan) continue;

    std::vector<std::string> words{"pscan"};
    auto used = columns_used(stages, i + 1, visible, right_schemas);
    if (used && about->columns) {
      used->insert(about->needs[0].back().keys.begin(), about->needs[0].back().keys.end());
      std::string columns = columns_option(right, *used);
      if (!columns.empty()) words.push_back(std::move(columns));
    }
    if (file.starts_with('-')) words.emplace_back("--");
    words.push_back(file);
    PlanFragment fragment;
    fragment.reason = "read once for all workers";
    fragment.stages.push_back(plain_stage(words, stages[i].stage.location));
    PlanWord& operand = stages[i].stage.words.back();
    if (operand.input != nullptr || operand.text != file) continue;
    operand = {"", std::make_shared<const PlanPipeline>(PlanPipeline{{std::move(fragment)}})};
  }
}

}  // namespace penstock
