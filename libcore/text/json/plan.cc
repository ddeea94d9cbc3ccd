#include "libcore/text/json/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/text/empty_input.h"

namespace penstock {
namespace {

// Replaces types of the sample or of --schema by those of --types.
void declare_types(const TextReadOptions& options, JsonInputColumns& columns) {
  auto declare = [&columns](size_t i, const TypePtr& type) {
    columns.fields[i].type = type;
    columns.fields[i].metadata.clear();
    columns.origins[i] = TypeOrigin::kDeclared;
  };
  for (const auto& [name, type] : options.types) {
    if (name != kAllOtherColumns) continue;
    for (size_t i = 0; i < columns.fields.size(); ++i)
      declare(i, type);
  }
  for (const auto& [name, type] : options.types) {
    if (name == kAllOtherColumns) continue;
    size_t i = 0;
    while (i < columns.fields.size() && columns.fields[i].name != name)
      ++i;
    if (i == columns.fields.size()) {
      // A key that no sampled record has.
      columns.fields.emplace_back().name = name;
      columns.origins.push_back(TypeOrigin::kDeclared);
    }
    declare(i, type);
  }
}

void check_names(const std::string& file, const std::vector<Field>& fields) {
  std::unordered_set<std::string_view> names;
  for (const Field& field : fields) {
    if (!names.insert(field.name).second) {
      throw Error(fmt::format("{}: the schema has column '{}' twice; a JSON key stands once", file,
                              field.name));
    }
  }
}

// Refuses more found keys than can be made into columns.
void check_count(const std::string& file, const JsonPlan& plan) {
  int64_t total = 0;
  int64_t most = 0;
  std::string_view widest;
  for (const JsonPlan::Key& key : plan.keys) {
    if (!key.converted || key.origin != TypeOrigin::kInferred) continue;
    int64_t count = count_columns(*key.type);
    total += count;
    if (count > most) widest = key.name;
    most = std::max(most, count);
  }
  if (total <= kMaxFoundKeys) return;
  std::string advice = "choose some with -c";
  if (most > 1) advice = fmt::format("use --types {}=text, or {}", widest, advice);
  throw Error(fmt::format("{}: the keys of its records make {} columns; the limit is {}; {}", file,
                          total, kMaxFoundKeys, advice));
}

// Collects the keys that are made into columns, for the output and for the filter.
class KeyPicker {
 public:
  KeyPicker(const Schema& input, JsonPlan& plan) : input_(input), plan_(plan) {}

  std::vector<size_t> pick_all() {
    std::vector<size_t> keys(input_.size());
    std::iota(keys.begin(), keys.end(), size_t{0});
    for (JsonPlan::Key& key : plan_.keys)
      key.converted = true;
    return keys;
  }

  std::vector<size_t> pick(const std::vector<std::string>& names) {
    std::vector<size_t> keys;
    for (const std::string& name : names) {
      keys.push_back(input_.index_of(name));
      plan_.keys[keys.back()].converted = true;
    }
    return keys;
  }

  SchemaPtr schema_of(const std::vector<size_t>& keys) const {
    std::vector<Field> fields;
    for (size_t key : keys)
      fields.push_back(input_[key]);
    return make_schema(std::move(fields));
  }

  // Their places among the converted keys, once all are picked.
  std::vector<size_t> places_of(std::vector<size_t> keys) const {
    std::vector<size_t> places(plan_.keys.size());
    size_t converted = 0;
    for (size_t i = 0; i < places.size(); ++i) {
      places[i] = converted;
      if (plan_.keys[i].converted) ++converted;
    }
    for (size_t& key : keys)
      key = places[key];
    return keys;
  }

 private:
  const Schema& input_;
  JsonPlan& plan_;
};

}  // namespace

int64_t count_columns(const Type& type) {
  int64_t count = 1;
  for (const Field& child : type.children)
    count += count_columns(*child.type);
  return count;
}

JsonInputColumns find_json_columns(PeekableSource& source, const JsonHead& head,
                                   const TextReadOptions& options) {
  JsonInputColumns columns;
  if (!options.date_format.empty()) columns.dates.emplace(options.date_format);
  if (options.schema) {
    columns.fields = options.schema->fields();
    for (const Field& field : columns.fields)
      columns.origins.push_back(origin_of(field));
  } else if (!head.empty) {
    JsonGuess guess = sample_json(source, head, columns.dates ? &*columns.dates : nullptr);
    columns.fields = guess.fields(options.decimals);
    columns.unreadable = !guess.has_value();
  }
  columns.origins.resize(columns.fields.size(), TypeOrigin::kInferred);
  declare_types(options, columns);
  if (columns.fields.empty() && head.empty && !options.schema) {
    throw empty_input(source, "no record to take columns from (use --schema)");
  }
  int64_t count = 0;
  for (const Field& field : columns.fields)
    count += count_columns(*field.type);
  if (count > kMaxColumns) {
    throw Error(
        fmt::format("{}: {} keys in its records, over the limit of {} columns; use --types "
                    "KEY=text for an object of many, or read lines of text with -f lines",
                    source.name(), count, kMaxColumns));
  }
  check_names(source.name(), columns.fields);
  for (size_t i = 0; i < columns.fields.size(); ++i) {
    Metadata& metadata = columns.fields[i].metadata;
    std::erase_if(metadata, [](const auto& entry) { return entry.first == kInferredKey; });
    if (options.mark_inferred && columns.origins[i] == TypeOrigin::kInferred) {
      metadata.emplace_back(std::string(kInferredKey), "true");
    }
  }
  return columns;
}

std::shared_ptr<const JsonPlan> make_json_plan(const std::string& file, JsonInputColumns columns,
                                               const TextReadOptions& options, JsonLayout layout) {
  auto plan = std::make_shared<JsonPlan>();
  plan->layout = layout;
  plan->on_error = options.on_error;
  plan->dates = std::move(columns.dates);
  Schema input(std::move(columns.fields));
  for (size_t i = 0; i < input.size(); ++i) {
    plan->keys.push_back({input[i].name, input[i].type, columns.origins[i], false, false});
  }
  KeyPicker picker(input, *plan);
  std::optional<std::vector<std::string>> wanted;
  if (options.columns) wanted = options.columns->choose(input.names());
  bool check_all = options.check_all;
  if (!wanted && options.choose_columns) {
    wanted = options.choose_columns(input);
    check_all = check_all || !options.chosen_by_hand;
  }
  std::vector<size_t> output = wanted ? picker.pick(*wanted) : picker.pick_all();
  std::vector<size_t> filter;
  if (options.filter) {
    plan->filter = options.filter(input);
    filter = picker.pick(plan->filter->columns);
  }
  for (JsonPlan::Key& key : plan->keys)
    key.checked = check_all && !key.converted;
  // Where only the schema is wanted, nothing is made.
  if (!options.mark_inferred) check_count(file, *plan);
  plan->schema = picker.schema_of(output);
  plan->filter_schema = picker.schema_of(filter);
  plan->output = picker.places_of(std::move(output));
  plan->filter_columns = picker.places_of(std::move(filter));
  return plan;
}

}  // namespace penstock
