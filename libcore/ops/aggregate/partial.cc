#include "libcore/ops/aggregate/partial.h"

#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/ops/schema_file.h"

namespace penstock {
namespace {

constexpr std::string_view kPrefix = "penstock.partial.";
constexpr std::string_view kVersionKey = "penstock.partial.version";
constexpr std::string_view kKeysKey = "penstock.partial.keys";
constexpr std::string_view kListKey = "penstock.partial.list";
constexpr std::string_view kSetKey = "penstock.partial.set";
constexpr std::string_view kTypesKey = "penstock.partial.types";
constexpr std::string_view kVersion = "1";

// NAME=TYPE,… with all names quoted, as parse_types() reads it.
std::string types_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields()) {
    if (!text.empty()) text += ',';
    text += '"';
    for (char c : field.name) {
      if (c == '"') text += '"';
      text += c;
    }
    text += "\"=" + field.type->to_string();
  }
  return text;
}

}  // namespace

Metadata without_partial(const Metadata& metadata) {
  Metadata kept;
  for (const auto& entry : metadata) {
    if (!entry.first.starts_with(kPrefix)) kept.push_back(entry);
  }
  return kept;
}

Metadata partial_metadata(const PartialAggregate& partial) {
  std::vector<SortKey> keys;
  for (const std::string& key : partial.keys)
    keys.push_back({key, false, false});
  Metadata metadata{{std::string(kVersionKey), std::string(kVersion)},
                    {std::string(kKeysKey), to_string(keys)},
                    {std::string(kListKey), partial.list},
                    {std::string(kTypesKey), types_text(*partial.input)}};
  if (!partial.set.empty()) metadata.emplace_back(std::string(kSetKey), partial.set);
  return metadata;
}

PartialAggregate read_partial(const Schema& schema) {
  std::optional<std::string_view> version = schema.metadata_value(kVersionKey);
  if (!version) {
    throw Error("--final: the input holds no partial aggregates; make them with pagg --partial");
  }
  std::optional<std::string_view> keys = schema.metadata_value(kKeysKey);
  std::optional<std::string_view> list = schema.metadata_value(kListKey);
  std::optional<std::string_view> types = schema.metadata_value(kTypesKey);
  if (*version != kVersion || !keys || !list || !types) {
    throw Error("--final: the input's partial aggregates are of another version of pagg (" +
                std::string(*version) + "); make them with this one");
  }
  PartialAggregate partial;
  try {
    if (!keys->empty()) partial.keys = parse_key_names(*keys);
    partial.list = *list;
    partial.set = schema.metadata_value(kSetKey).value_or(std::string_view());
    std::vector<Field> fields;
    if (!types->empty()) {
      for (auto& [name, type] : parse_types(*types))
        fields.push_back({name, type, true, {}});
    }
    partial.input = make_schema(std::move(fields));
  } catch (const Error& error) {
    throw Error("--final: what the input says of its partial aggregates is damaged: " +
                error.message());
  }
  return partial;
}

}  // namespace penstock
