#include "libcore/flow/plan/push_down.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libcore/data/column_list.h"
#include "libcore/flow/plan/host_files.h"
#include "libcore/flow/plan/scan_files.h"
#include "libcore/stage/scan.h"

namespace penstock {
namespace {

// Bytes of text from which on it is cheaper to read it once, into a file for all workers, than
// once in each of them: what one more process costs is about 3 ms.
constexpr int64_t kWorthAScan = int64_t{1} << 20;

// The columns of `schema` that are used, at least one; none when that is all, or when it has none.
std::vector<std::string> some_columns(const Schema& schema, const std::set<std::string>& used) {
  if (schema.size() == 0) return {};
  std::vector<std::string> needed;
  for (const Field& field : schema.fields()) {
    if (used.count(field.name) != 0) needed.push_back(field.name);
  }
  if (needed.empty()) needed.push_back(schema[0].name);
  if (needed.size() == schema.size()) needed.clear();
  return needed;
}

GivenOption put(const Option& option, std::optional<std::string> value = std::nullopt) {
  return {OptionGroup::kOperation, option, std::move(value)};
}

void choose_columns(Stage& scan, const std::vector<std::string>& names) {
  if (names.empty()) return;
  ColumnList list(names);
  scan.put_first(put(option::kColumns, list.to_string()));
  scan.reading().scan.text.columns = std::move(list);
}

void check_all(Stage& scan) {
  if (scan.reading().scan.text.check_all) return;
  scan.reading().scan.text.check_all = true;
  scan.put_first(put(option::kCheckAll));
}

// Whether the stage is a filter that does nothing else to the rows of a pipe.
bool is_bare_filter(const DescribedStage& stage) {
  if (!stage.traits || !stage.traits->condition || !stage.reads_pipe()) return false;
  const Stage& filter = *stage.plan.stage;
  return std::none_of(
      std::begin(kAllOptionGroups), std::end(kAllOptionGroups), [&](OptionGroup group) {
        const std::vector<GivenOption> given = filter.given(group);
        return std::any_of(given.begin(), given.end(), [](const GivenOption& option) {
          return option.group != OptionGroup::kParameters;
        });
      });
}

// Has a stage read what the scan of one file gives, as its i-th input.
void read_scan(DescribedStage& stage, size_t i, std::unique_ptr<Stage> scan,
               HostFiles* host_files) {
  const StageInput file = scan->inputs()[0];
  PlanFragment fragment;
  fragment.reason = "read once for all workers";
  if (file.host) {
    fragment.reason = "read where it is";
    fragment.hosts = {*file.host};
    fragment.homes = {file.host};
    fragment.shares = {{{file.path_there}, {0}}};
    fragment.files_there[*file.host] = {host_files->look(*file.host, file.path_there)};
  }
  fragment.stages.push_back({.stage = std::move(scan), .location = stage.plan.location});
  stage.plan.read_pipeline(
      i, std::make_shared<const PlanPipeline>(PlanPipeline{{std::move(fragment)}}));
}

// What must be read of a join's right input: what the join and the stages behind it use. Empty for
// all.
std::vector<std::string> right_columns(const std::vector<DescribedStage>& stages, size_t join,
                                       const SchemaPtr& visible, const SchemaPtr& given) {
  std::optional<ColumnUse> joined = columns_used_by(stages[join], visible);
  std::optional<std::set<std::string>> used{std::in_place};
  if (stages[join].traits->gives_right) used = columns_used(stages, join + 1, given);
  if (!joined || !used) return {};
  used->merge(joined->inputs[1]);
  return some_columns(*stages[join].right, *used);
}

// Lets the rows of a join come together by the pairs of columns, if there are any.
void place_equal_columns(const std::vector<std::pair<std::string, std::string>>& equal,
                         StageTraits& join) {
  if (equal.empty()) return;
  std::vector<Placement> hash{{Placement::Kind::kHash}, {Placement::Kind::kHash}};
  for (const auto& [left, right] : equal) {
    hash[0].keys.push_back(left);
    hash[1].keys.push_back(right);
  }
  std::erase_if(join.needs, [](const std::vector<Placement>& placed) {
    return placed[0].kind == Placement::Kind::kSingle;
  });
  join.needs.insert(join.needs.begin(), std::move(hash));
}

void place_together(const std::vector<std::string>& columns, StageTraits& traits) {
  Placement placement{Placement::Kind::kSingle};
  if (!columns.empty()) placement = {Placement::Kind::kHash, columns};
  traits.needs = {{std::move(placement)}};
  traits.keeps.placement = !columns.empty();
}

}  // namespace

void push_into_scan(std::vector<DescribedStage>& stages, const SchemaPtr& schema, bool is_text) {
  const ScanOptions& written = stages[0].plan.stage->reading().scan;
  // With columns chosen by hand a condition is about those alone; it stays where it is.
  if (written.text.columns) return;
  // Of text the rows that a condition written by hand leaves out are not checked, and --check-all
  // would.
  const bool has_condition = !written.where.empty();
  if (is_text && has_condition) return;
  std::unique_ptr<Stage> scan = stages[0].plan.stage->clone();
  // A scan without a condition of its own uses no parameter, but says which it has.
  bool filters = !has_condition && stages.size() > 1 && is_bare_filter(stages[1]) &&
                 (scan->parameters().empty() ||
                  equals(scan->parameters(), stages[1].traits->condition->parameters));
  if (filters) {
    const ExpressionText& condition = *stages[1].traits->condition;
    scan->set_parameters(condition.parameters);
    scan->reading().scan.where = condition;
    scan->put_first(put(option::kWhere, condition.text));
    stages.erase(stages.begin() + 1);
  }
  auto used = columns_used(stages, 1, make_schema(schema->fields()));
  std::vector<std::string> columns;
  if (used) columns = some_columns(*schema, *used);
  choose_columns(*scan, columns);
  if (is_text && (filters || !columns.empty())) check_all(*scan);
  stages[0].plan.stage = std::move(scan);
}

void find_keys_of_expressions(std::vector<DescribedStage>& stages, const SchemaPtr& schema) {
  SchemaPtr visible = schema == nullptr ? nullptr : make_schema(schema->fields());
  for (size_t i = 1; i < stages.size(); ++i) {
    DescribedStage& stage = stages[i];
    if (stage.traits && stage.traits->finds_keys) {
      std::optional<ColumnUse> use = columns_used_by(stage, visible);
      if (stage.is(Operation::kJoin)) {
        if (use) place_equal_columns(use->equal, *stage.traits);
      } else {
        place_together(use ? use->together : std::vector<std::string>(), *stage.traits);
      }
    }
    if (visible != nullptr) visible = schema_behind(stage, visible);
  }
}

void scan_right_once(std::vector<DescribedStage>& stages, const SchemaPtr& schema,
                     HostFiles* host_files) {
  SchemaPtr visible = make_schema(schema->fields());
  for (size_t i = 1; i < stages.size() && visible != nullptr; ++i) {
    SchemaPtr given = schema_behind(stages[i], visible);
    if (stages[i].right != nullptr) {
      const Stage& join = *stages[i].plan.stage;
      const StageInput& file = join.inputs()[1];
      ScanFiles looked = look_at_files(*make_scan_stage(join, {file}), host_files);
      // Workers that read a table each for themselves might see different versions.
      bool must_be_scanned =
          join.has_given(OptionGroup::kReading) || file.host || looked.table_version;
      const bool can_leave_columns = looked.is_text || looked.table_version;
      if (must_be_scanned || (can_leave_columns && looked.bytes >= kWorthAScan)) {
        std::unique_ptr<Stage> scan = make_scan_stage(join, {file});
        std::vector<std::string> columns = right_columns(stages, i, visible, given);
        choose_columns(*scan, columns);
        if (!columns.empty() && looked.is_text) check_all(*scan);
        stages[i].rewrite([](Stage& stage) { stage.forget_reading(); });
        read_scan(stages[i], 1, std::move(scan), host_files);
      }
    }
    visible = given;
  }
}

void scan_where_files_are(std::vector<DescribedStage>& stages, bool inputs_are_divided,
                          HostFiles* host_files) {
  for (size_t at = inputs_are_divided ? 1 : 0; at < stages.size(); ++at) {
    DescribedStage& stage = stages[at];
    if (!stage.is_of_family() || !has_host_files(*stage.plan.stage)) continue;
    const StagePtr written = stage.plan.stage;
    bool reads_text = written->has_given(OptionGroup::kReading);
    for (size_t i = 0; i < written->inputs().size(); ++i) {
      const StageInput& input = written->inputs()[i];
      bool is_file = input.pipeline < 0 && !input.is_standard_input();
      // The options for reading go to the scans, so all files need one.
      if (!is_file || !(input.host || reads_text)) continue;
      read_scan(stage, i, make_scan_stage(*written, {input}), host_files);
    }
    stage.rewrite([](Stage& changed) { changed.forget_reading(); });
  }
}

}  // namespace penstock
