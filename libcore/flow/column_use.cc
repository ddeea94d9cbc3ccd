#include "libcore/flow/column_use.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/join_condition.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/window.h"
#include "libcore/ops/join/join.h"
#include "libcore/ops/project.h"

namespace penstock {
namespace {

// An input that has a schema and no rows: what an operator over it gives is known, and it is never
// asked for more.
class NoRows : public Operator {
 public:
  explicit NoRows(SchemaPtr schema) : schema_(std::move(schema)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return std::nullopt; }

 private:
  SchemaPtr schema_;
};

std::string value_of(const StageDescription& stage, std::string_view option) {
  const StageDescription::Given* given = stage.find(option);
  return given != nullptr ? given->value.value_or("") : std::string();
}

SchemaPtr right_schema(const StageDescription& join, const RightSchemas& right_schemas) {
  auto right = right_schemas.find(&join);
  return right != right_schemas.end() ? right->second : nullptr;
}

JoinOptions join_options(const StageDescription& join) {
  JoinOptions options;
  if (std::string type = value_of(join, "type"); !type.empty()) {
    options.type = parse_join_type(type);
  }
  if (std::string keys = value_of(join, "key"); !keys.empty()) {
    options.keys = parse_join_keys(keys);
  }
  if (std::string sides = value_of(join, "as"); !sides.empty()) {
    options.sides = parse_side_names(sides);
  }
  options.on = value_of(join, "on");
  return options;
}

// Throws Error where the stage would.
SchemaPtr schema_of_stage(const StageDescription& stage, const SchemaPtr& input,
                          const RightSchemas& right_schemas) {
  const std::string& operation = stage.operation;
  if (operation == "filter" || operation == "sort" || operation == "head" ||
      operation == "exchange") {
    return input;
  }
  auto rows = std::make_unique<NoRows>(input);
  if (operation == "project") return make_project(std::move(rows), stage.words[0])->schema();
  if (operation == "aggregate") {
    if (stage.find("partial") != nullptr || stage.find("final") != nullptr) return nullptr;
    std::vector<std::string> keys;
    if (std::string text = value_of(stage, "key"); !text.empty()) keys = parse_key_names(text);
    if (stage.find("window") != nullptr) {
      return make_window(std::move(rows), keys, stage.words[0], {})->schema();
    }
    return make_aggregate(std::move(rows), keys, stage.words[0])->schema();
  }
  if (operation != "join") return nullptr;
  SchemaPtr right = right_schema(stage, right_schemas);
  if (right == nullptr) return nullptr;
  return make_join(std::move(rows), std::make_unique<NoRows>(right), join_options(stage))->schema();
}

}  // namespace

SchemaPtr schema_after(const StageDescription& stage, const SchemaPtr& input,
                       const RightSchemas& right_schemas) {
  try {
    return schema_of_stage(stage, input, right_schemas);
  } catch (const Error&) {
    // The stage will say what is wrong with it.
    return nullptr;
  }
}

bool gives_right(const StageDescription& join) {
  std::string type = value_of(join, "type");
  return type != "semi" && type != "anti";
}

std::optional<JoinColumns> columns_of_join(const StageDescription& join, const SchemaPtr& left,
                                           const RightSchemas& right_schemas) {
  SchemaPtr right = right_schema(join, right_schemas);
  if (right == nullptr) return std::nullopt;
  JoinColumns columns;
  try {
    JoinOptions options = join_options(join);
    for (const auto& [l, r] : options.keys) {
      columns.left.insert((*left)[left->index_of(l)].name);
      columns.right.insert((*right)[right->index_of(r)].name);
    }
    if (options.on.empty()) return columns;
    JoinCondition condition =
        bind_join_condition(options.on, {options.sides.first, left}, {options.sides.second, right});
    for (size_t column : condition.whole.columns) {
      if (column < left->size()) {
        columns.left.insert((*left)[column].name);
      } else {
        columns.right.insert((*right)[column - left->size()].name);
      }
    }
    for (const auto& [l, r] : condition.equal) {
      if (!is_key_type(*plain((*left)[l].type))) continue;
      columns.equal_left.push_back((*left)[l].name);
      columns.equal_right.push_back((*right)[r].name);
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  return columns;
}

std::optional<std::set<std::string>> columns_used(const std::vector<DescribedStage>& stages,
                                                  size_t first, SchemaPtr visible,
                                                  const RightSchemas& right_schemas) {
  std::set<std::string> used;
  for (size_t i = first; i < stages.size(); ++i) {
    const StageDescription* about = stages[i].about.get();
    if (about == nullptr || visible == nullptr) return std::nullopt;
    if (about->operation == "join") {
      std::optional<JoinColumns> joined = columns_of_join(*about, visible, right_schemas);
      if (!joined) return std::nullopt;
      used.insert(joined->left.begin(), joined->left.end());
    } else if (about->columns) {
      used.insert(about->columns->begin(), about->columns->end());
    } else {
      return std::nullopt;
    }
    try {
      for (const std::string& text : about->expressions) {
        std::vector<std::string> names = referenced_columns(text, *visible);
        used.insert(names.begin(), names.end());
      }
    } catch (const Error&) {
      // The stage will say what is wrong with it; a name may also come from where we do not look.
      return std::nullopt;
    }
    std::vector<std::string> names = visible->names();
    bool known = std::all_of(used.begin(), used.end(), [&](const std::string& name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    });
    if (!known) return std::nullopt;
    if (!about->keeps_columns) return used;
    visible = schema_after(*about, visible, right_schemas);
  }
  return std::nullopt;
}

}  // namespace penstock
