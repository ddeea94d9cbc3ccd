#include "libcore/flow/plan_stages.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/flow/column_use.h"
#include "libcore/flow/scan_files.h"

namespace penstock {
namespace {

// Bytes of text from which on it is cheaper to read it once, into a file for all workers, than
// once in each of them: what one more process costs is about 3 ms.
constexpr int64_t kWorthAScan = int64_t{1} << 20;

const std::string kCheckAll = "--check-all";

// A scan's -c for the columns of `schema` that are used, at least one; empty when that is all, or
// when there are none.
std::string columns_option(const Schema& schema, const std::set<std::string>& used) {
  if (schema.size() == 0) return {};
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

void push_into_scan(std::vector<DescribedStage>& stages, const Schema& schema, bool is_text,
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
  if (is_text && (bare || !columns.empty()) && !scan.has("check-all")) {
    add_option(scan, kCheckAll);
  }
}

namespace {

// The join without its options for reading, its right input being `<( scan )`.
void scan_right(DescribedStage& join, const std::vector<std::string>& scan,
                RightSchemas& right_schemas) {
  PlanFragment fragment;
  fragment.reason = "read once for all workers";
  fragment.stages.push_back(plain_stage(scan, join.stage.location));
  if (!join.about->options_of("Reading").empty()) {
    auto about = std::make_shared<StageDescription>(*join.about);
    std::erase_if(about->given, [](const auto& given) { return given.heading == "Reading"; });
    right_schemas[about.get()] = right_schemas[join.about.get()];
    join.about = std::move(about);
    join = rebuild(join, {"Operation", "Writing", "Other"}, {}, join.about->inputs, {});
  }
  join.stage.words.back() = {
      "", std::make_shared<const PlanPipeline>(PlanPipeline{{std::move(fragment)}})};
}

}  // namespace

void find_keys_of_conditions(std::vector<DescribedStage>& stages, const Schema& schema,
                             RightSchemas& right_schemas) {
  SchemaPtr visible = make_schema(schema.fields());
  for (DescribedStage& stage : stages) {
    std::shared_ptr<const StageDescription> about = stage.about;
    if (about == nullptr || visible == nullptr) return;
    if (about->operation == "join" && about->find("key") == nullptr) {
      auto joined = columns_of_join(*about, visible, right_schemas);
      if (joined && !joined->equal_left.empty()) {
        auto keyed = std::make_shared<StageDescription>(*about);
        std::erase_if(keyed->needs, [](const auto& placed) { return placed[0].kind == "single"; });
        keyed->needs.insert(keyed->needs.begin(),
                            {{"hash", joined->equal_left}, {"hash", joined->equal_right}});
        right_schemas[keyed.get()] = right_schemas[about.get()];
        stage.about = std::move(keyed);
      }
    }
    if (about->operation != "scan") visible = schema_after(*about, visible, right_schemas);
  }
}

void scan_right_once(std::vector<DescribedStage>& stages, const Schema& schema,
                     RightSchemas& right_schemas) {
  SchemaPtr visible = make_schema(schema.fields());
  for (size_t i = 1; i < stages.size(); ++i) {
    std::shared_ptr<const StageDescription> about = stages[i].about;
    if (about == nullptr || visible == nullptr) return;
    SchemaPtr given = schema_after(*about, visible, right_schemas);
    auto right = right_schemas.find(about.get());
    if (right != right_schemas.end() && right->second != nullptr) {
      std::vector<std::string> reading = about->options_of("Reading");
      const std::string& file = about->inputs[1];
      ScanFiles looked = look_at_files({file}, std::nullopt);
      if (!reading.empty() || (looked.is_text && looked.bytes >= kWorthAScan)) {
        std::vector<std::string> scan{"pscan"};
        scan.insert(scan.end(), reading.begin(), reading.end());
        auto joined = columns_of_join(*about, visible, right_schemas);
        std::optional<std::set<std::string>> used{std::in_place};
        if (gives_right(*about)) used = columns_used(stages, i + 1, given, right_schemas);
        if (joined && used) {
          used->merge(joined->right);
          std::string columns = columns_option(*right->second, *used);
          if (!columns.empty() && looked.is_text) scan.push_back(kCheckAll);
          if (!columns.empty()) scan.push_back(std::move(columns));
        }
        if (file.starts_with('-')) scan.emplace_back("--");
        scan.push_back(file);
        scan_right(stages[i], scan, right_schemas);
      }
    }
    visible = given;
  }
}

}  // namespace penstock
