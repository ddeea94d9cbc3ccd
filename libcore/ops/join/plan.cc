#include "libcore/ops/join/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/data/take.h"
#include "libcore/keys/known_order.h"
#include "libcore/keys/value.h"
#include "libcore/ops/join/key.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

Field plain_field(Field field) {
  field.type = plain(field.type);
  return field;
}

void add_key(const Schema& left, const Schema& right, size_t l, size_t r, JoinPlan& plan) {
  plan.key_types.push_back(common_key_type(plain_field(left[l]), plain_field(right[r])));
  plan.left_keys.push_back(l);
  plan.right_keys.push_back(r);
}

// The column of a key. `side` is "left" or "right", and `place` the input's name.
size_t key_column(const Schema& schema, const std::string& name, std::string_view side,
                  const std::string& place, const Schema& other) {
  if (std::optional<size_t> found = schema.find(name)) return *found;
  const std::vector<std::string> names = schema.names();
  const std::vector<std::string> others = other.names();
  std::string where = fmt::format("the {} input", side);
  if (place != where) where += fmt::format(", {}", place);
  if (std::find(others.begin(), others.end(), name) != others.end()) {
    where += fmt::format("; the {} input has one", side == "left" ? "right" : "left");
  }
  throw Error(fmt::format("unknown column '{}' in {}{}", name, where, column_advice(name, names)));
}

void plan_keys(const SchemaPtr& left, const SchemaPtr& right, const JoinOptions& options,
               bool filters_right, JoinPlan& plan) {
  for (const auto& [left_name, right_name] : options.keys) {
    add_key(*left, *right, key_column(*left, left_name, "left", options.left_name, *right),
            key_column(*right, right_name, "right", options.right_name, *left), plan);
  }
  if (options.on.empty()) return;
  JoinCondition condition =
      bind_join_condition(options.on, {options.sides.first, left}, {options.sides.second, right});
  if (plan.left_keys.empty()) {
    for (const auto& [l, r] : condition.equal) {
      if (is_key_type(*plain((*left)[l].type))) add_key(*left, *right, l, r, plan);
    }
  }
  bool splits = filters_right && !plan.keeps_right();
  const PairCondition& asked = splits ? condition.of_both : condition.whole;
  plan.condition = asked.expression;
  if (splits && condition.of_right.expression) {
    plan.right_filter = condition.of_right.expression;
    for (size_t column : condition.of_right.columns)
      plan.right_filter_columns.push_back(column - left->size());
  }
  for (size_t column : asked.columns) {
    bool is_left = column < left->size();
    plan.operands.push_back({column, is_left, is_left ? column : column - left->size()});
  }
}

// The number under which a right column is stored.
size_t stored(size_t column, JoinPlan& plan) {
  auto at = std::find(plan.right_stored.begin(), plan.right_stored.end(), column);
  auto place = static_cast<size_t>(at - plan.right_stored.begin());
  if (place == plan.right_stored.size()) plan.right_stored.push_back(column);
  return place;
}

// The type of a key that has the left or the right value, if neither value changes in it.
TypePtr merged_type(const Field& left, const Field& right) {
  if (equals(*left.type, *right.type)) return left.type;
  TypePtr common = common_key_type(left, right);
  bool whole = is_integer(left.type->id) && is_integer(right.type->id);
  bool floats = is_float(left.type->id) && is_float(right.type->id);
  if (whole || floats) return common;
  throw Error(
      fmt::format("column '{}' is {} in the left input and {} in the right one, and comes out "
                  "with the values of both: cast one of them with pproject",
                  left.name, left.type->to_string(), right.type->to_string()));
}

// Gives the left key of the right column's name, with which it is joined.
std::optional<size_t> merged_key(const Field& field, const Schema& left,
                                 const JoinOptions& options) {
  auto same = std::pair(field.name, field.name);
  if (std::find(options.keys.begin(), options.keys.end(), same) == options.keys.end()) return {};
  return left.index_of(field.name);
}

[[noreturn]] void refuse_name(const std::string& own, const std::string& name, const Schema& left,
                              const JoinOptions& options) {
  if (name == own && left.find(own)) {
    throw Error(
        fmt::format("column '{}' is in both inputs; --left-prefix and --right-prefix put a "
                    "text before such names, as in --right-prefix r_, and pproject renames "
                    "or drops one",
                    own));
  }
  const bool is_given = !options.left_prefix.empty() || !options.right_prefix.empty();
  throw Error(fmt::format("two columns would be named '{}'; {}", name,
                          is_given ? "use another prefix" : "rename one with pproject"));
}

void plan_right_columns(const Schema& right, const JoinOptions& options, std::vector<Field>& fields,
                        JoinPlan& plan) {
  const std::set<std::string> shared = shared_names(*plan.left, right, options);
  for (Field& field : fields) {
    if (shared.count(field.name) != 0) field.name = options.left_prefix + field.name;
  }
  std::set<std::string> names;
  for (const Field& field : fields)
    names.insert(field.name);
  for (size_t c = 0; c < right.size(); ++c) {
    Field field = right[c];
    if (std::optional<size_t> key = merged_key(field, *plan.left, options)) {
      if (!plan.keeps_right()) continue;
      plan.outputs[*key].right = stored(c, plan);
      fields[*key].type = merged_type(plain_field((*plan.left)[*key]), plain_field(field));
      fields[*key].nullable = (*plan.left)[*key].nullable || field.nullable;
      continue;
    }
    const std::string own_name = field.name;
    if (shared.count(own_name) != 0) field.name = options.right_prefix + own_name;
    if (!names.insert(field.name).second) refuse_name(own_name, field.name, *plan.left, options);
    if (field.type->id == TypeId::kDictionary) field.type = field.type->value_type;
    field.nullable |= plan.keeps_left();
    fields.push_back(std::move(field));
    plan.outputs.push_back({std::nullopt, stored(c, plan)});
  }
}

void plan_columns(const SchemaPtr& left, const SchemaPtr& right, const JoinOptions& options,
                  JoinPlan& plan) {
  plan.left = without_dictionaries(left);
  std::vector<Field> fields = plan.left->fields();
  for (size_t c = 0; c < fields.size(); ++c) {
    plan.outputs.push_back({c, std::nullopt});
    fields[c].nullable |= plan.keeps_right();
  }
  if (plan.gives_right()) plan_right_columns(*right, options, fields, plan);
  for (JoinPlan::Operand& operand : plan.operands) {
    if (!operand.is_left) operand.place = stored(operand.place, plan);
  }
  std::vector<Field> stored_fields;
  for (size_t c : plan.right_stored)
    stored_fields.push_back((*right)[c]);
  plan.right = without_dictionaries(make_schema(std::move(stored_fields)));
  auto new_name = [&](std::string_view name) -> std::optional<std::string> {
    for (size_t c = 0; c < left->size(); ++c) {
      if ((*left)[c].name == name) return fields[c].name;
    }
    return std::nullopt;
  };
  Metadata metadata =
      options.left_prefix.empty() ? left->metadata() : passed_metadata(left->metadata(), new_name);
  if (plan.keeps_right()) {
    metadata = passed_metadata(metadata, [](std::string_view) { return std::nullopt; });
  }
  plan.output = make_schema(std::move(fields), std::move(metadata));
}

}  // namespace

std::set<std::string> shared_names(const Schema& left, const Schema& right,
                                   const JoinOptions& options) {
  const std::vector<std::string> names = left.names();
  std::set<std::string> shared;
  for (const Field& field : right.fields()) {
    if (merged_key(field, left, options)) continue;
    if (std::find(names.begin(), names.end(), field.name) != names.end()) shared.insert(field.name);
  }
  return shared;
}

JoinPlan make_join_plan(const SchemaPtr& left, const SchemaPtr& right, const JoinOptions& options,
                        bool filters_right) {
  JoinPlan plan;
  plan.type = options.type;
  plan.nulls_match = options.nulls_match;
  plan_keys(left, right, options, filters_right, plan);
  plan_columns(left, right, options, plan);
  return plan;
}

std::vector<ColumnPtr> key_columns(const Batch& batch, std::span<const size_t> columns,
                                   const JoinPlan& plan) {
  std::vector<ColumnPtr> keys;
  for (size_t i = 0; i < columns.size(); ++i) {
    keys.push_back(to_key_type(plain(batch.columns[columns[i]]), plan.key_types[i]));
  }
  return keys;
}

Batch left_rows(Batch batch, const JoinPlan& plan) {
  for (ColumnPtr& column : batch.columns)
    column = decode_dictionary(column);
  batch.schema = plan.left;
  return batch;
}

Batch right_rows(const Batch& batch, const JoinPlan& plan) {
  Batch rows{plan.right, batch.rows, {}};
  for (size_t c : plan.right_stored)
    rows.columns.push_back(decode_dictionary(batch.columns[c]));
  return rows;
}

}  // namespace penstock
