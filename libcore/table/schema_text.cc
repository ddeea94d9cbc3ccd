#include "libcore/table/schema_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/data/json_writer.h"
#include "libcore/table/log_json.h"

namespace penstock {
namespace {

constexpr const char* kUtc = "UTC";
// In the metadata of a field: its type, where Delta Lake does not have it.
constexpr const char* kTypeMember = "penstock.type";
constexpr int32_t kMostDigits = 38;
// Digits of the greatest uint64.
constexpr int32_t kUint64Digits = 20;

struct NamedType {
  const char* name;
  TypeId id;
};

// The types without parameters that both have.
constexpr std::array kSameTypes{
    NamedType{"boolean", TypeId::kBool},   NamedType{"byte", TypeId::kInt8},
    NamedType{"short", TypeId::kInt16},    NamedType{"integer", TypeId::kInt32},
    NamedType{"long", TypeId::kInt64},     NamedType{"float", TypeId::kFloat32},
    NamedType{"double", TypeId::kFloat64}, NamedType{"string", TypeId::kUtf8},
    NamedType{"binary", TypeId::kBinary},  NamedType{"date", TypeId::kDate32},
};

const char* same_name(TypeId id) {
  const auto* found = std::ranges::find(kSameTypes, id, &NamedType::id);
  return found == kSameTypes.end() ? nullptr : found->name;
}

bool is_zone_of_utc(const std::string& zone) {
  return zone == kUtc || zone == "Z" || zone == "+00:00";
}

// The type of a column of Delta Lake that holds all values of the type; null for none.
TypePtr delta_type(const Type& type);

TypePtr delta_children(const Type& type) {
  Type nested = type;
  for (Field& child : nested.children) {
    child.type = delta_type(*child.type);
    if (child.type == nullptr) return nullptr;
  }
  return std::make_shared<const Type>(std::move(nested));
}

TypePtr delta_list(const Type& type) {
  const TypePtr item = delta_type(*type.children[0].type);
  if (item == nullptr) return nullptr;
  TypePtr list = list_type(item);
  Type with_nulls = *list;
  with_nulls.children[0].nullable = type.children[0].nullable;
  return std::make_shared<const Type>(std::move(with_nulls));
}

TypePtr delta_type(const Type& type) {
  if (same_name(type.id) != nullptr) return make_type(type.id);
  switch (type.id) {
    case TypeId::kUint8:
      return make_type(TypeId::kInt16);
    case TypeId::kUint16:
      return make_type(TypeId::kInt32);
    case TypeId::kUint32:
      return make_type(TypeId::kInt64);
    case TypeId::kUint64:
      return decimal_type(kUint64Digits, 0);
    case TypeId::kFloat16:
      return make_type(TypeId::kFloat32);
    case TypeId::kDecimal128:
      return decimal_type(type.precision, type.scale);
    case TypeId::kLargeUtf8:
      return utf8_type();
    case TypeId::kLargeBinary:
    case TypeId::kFixedSizeBinary:
      return binary_type();
    case TypeId::kDate64:
      return date_type();
    case TypeId::kTimestamp:
      return timestamp_type(TimeUnit::kMicro, type.zone.empty() ? "" : kUtc);
    case TypeId::kDictionary:
      return delta_type(*type.value_type);
    case TypeId::kList:
    case TypeId::kLargeList:
    case TypeId::kFixedSizeList:
      return delta_list(type);
    case TypeId::kStruct:
    case TypeId::kMap:
      return delta_children(type);
    default:
      return nullptr;
  }
}

const char* cast_of(TypeId id) {
  switch (id) {
    case TypeId::kDecimal256:
      return "cast it to decimal(38, S) or text";
    case TypeId::kNull:
      return "cast it to text, or leave it out";
    default:
      return "cast it to text with pproject";
  }
}

std::string in_lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void refuse_equal_names(const Schema& schema) {
  std::set<std::string> seen;
  for (const Field& field : schema.fields()) {
    if (seen.insert(in_lower_case(field.name)).second) continue;
    throw Error("column '" + field.name +
                "': another column has the same name but for case, and readers of Parquet tables "
                "do not tell them apart; rename one with pproject");
  }
}

void write_type(JsonWriter& json, const Type& type);

void write_fields(JsonWriter& json, const std::vector<Field>& fields) {
  json.open('{');
  json.member("type", std::string_view("struct"));
  json.key("fields");
  json.open('[');
  for (const Field& field : fields) {
    json.open('{');
    json.member("name", std::string_view(field.name));
    json.key("type");
    write_type(json, *field.type);
    json.member("nullable", field.nullable);
    json.key("metadata");
    json.open('{');
    if (!is_delta_type(*field.type)) {
      json.member(kTypeMember, std::string_view(field.type->to_string()));
    }
    json.close('}');
    json.close('}');
  }
  json.close(']');
  json.close('}');
}

void write_map(JsonWriter& json, const Type& entries) {
  json.open('{');
  json.member("type", std::string_view("map"));
  json.key("keyType");
  write_type(json, *entries.children[0].type);
  json.key("valueType");
  write_type(json, *entries.children[1].type);
  json.member("valueContainsNull", entries.children[1].nullable);
  json.close('}');
}

void write_type(JsonWriter& json, const Type& given) {
  const TypePtr known = delta_type(given);
  if (known == nullptr) return json.text("binary");
  const Type& type = *known;
  if (const char* name = same_name(type.id)) return json.text(name);
  if (is_decimal(type.id)) {
    return json.text(fmt::format("decimal({},{})", type.precision, type.scale));
  }
  if (type.id == TypeId::kTimestamp) {
    return json.text(type.zone.empty() ? "timestamp_ntz" : "timestamp");
  }
  if (type.id == TypeId::kStruct) return write_fields(json, type.children);
  if (type.id == TypeId::kMap) return write_map(json, *type.children[0].type);
  json.open('{');
  json.member("type", std::string_view("array"));
  json.key("elementType");
  write_type(json, *type.children[0].type);
  json.member("containsNull", type.children[0].nullable);
  json.close('}');
}

std::optional<TypePtr> decimal_of(std::string_view text) {
  constexpr std::string_view kBegin = "decimal(";
  if (!text.starts_with(kBegin) || !text.ends_with(')')) return std::nullopt;
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - 1);
  const size_t comma = text.find(',');
  if (comma == text.npos) return std::nullopt;
  const auto precision = parse_int64(text.substr(0, comma));
  std::string_view after = text.substr(comma + 1);
  while (after.starts_with(' '))
    after.remove_prefix(1);
  const auto scale = parse_int64(after);
  if (!precision || !scale || *precision < 1 || *precision > kMostDigits || *scale < 0 ||
      *scale > *precision) {
    return std::nullopt;
  }
  return decimal_type(static_cast<int32_t>(*precision), static_cast<int32_t>(*scale));
}

TypePtr type_named(const std::string& name) {
  const auto* found =
      std::ranges::find_if(kSameTypes, [&](const NamedType& type) { return name == type.name; });
  if (found != kSameTypes.end()) return make_type(found->id);
  if (name == "timestamp") return timestamp_type(TimeUnit::kMicro, kUtc);
  if (name == "timestamp_ntz") return timestamp_type(TimeUnit::kMicro);
  if (auto decimal = decimal_of(name)) return *decimal;
  throw Error("the type '" + name + "' is not known");
}

// Counts the columns, nested ones included.
struct SchemaDecoder {
  int64_t columns = 0;

  TypePtr type_of(const LogValue& value, int depth) {
    if (depth > kMaxNesting) {
      throw Error(fmt::format("types are nested more than {} deep", kMaxNesting));
    }
    if (value.kind() == LogValue::Kind::kText) return type_named(value.text("type"));
    const std::string kind = value.at("type").text("type");
    if (kind == "struct") return struct_type(fields_of(value, depth));
    if (kind == "array") {
      Type list = *list_type(type_of(value.at("elementType"), depth + 1));
      list.children[0].nullable = value.at("containsNull").flag("containsNull");
      return std::make_shared<const Type>(std::move(list));
    }
    if (kind == "map") return map_of(value, depth);
    throw Error("the type '" + kind + "' is not known");
  }

  TypePtr field_type(const LogValue& field, int depth) {
    if (const std::optional<LogValue> metadata = field.find("metadata")) {
      if (const std::optional<LogValue> own = metadata->find(kTypeMember)) {
        return parse_type(own->text(kTypeMember));
      }
    }
    return type_of(field.at("type"), depth + 1);
  }

  TypePtr map_of(const LogValue& value, int depth) {
    Type map;
    map.id = TypeId::kMap;
    map.children = {
        Field{"entries",
              struct_type({Field{"key", type_of(value.at("keyType"), depth + 1), false, {}},
                           Field{"value",
                                 type_of(value.at("valueType"), depth + 1),
                                 value.at("valueContainsNull").flag("valueContainsNull"),
                                 {}}}),
              false,
              {}}};
    return std::make_shared<const Type>(std::move(map));
  }

  std::vector<Field> fields_of(const LogValue& value, int depth) {
    std::vector<Field> fields;
    for (const LogValue& item : value.at("fields").items("fields")) {
      if (++columns > kMaxTableColumns) {
        throw Error(fmt::format("has more than {} columns", kMaxTableColumns));
      }
      const std::string name = item.at("name").text("name");
      try {
        fields.push_back({name, field_type(item, depth), item.at("nullable").flag("nullable"), {}});
      } catch (const Error& error) {
        throw error.prefixed("column '" + name + "': ");
      }
    }
    return fields;
  }
};

bool has_zoneless(const Type& type) {
  if (type.id == TypeId::kTimestamp) return type.zone.empty();
  return std::any_of(type.children.begin(), type.children.end(),
                     [](const Field& child) { return has_zoneless(*child.type); });
}

}  // namespace

SchemaPtr delta_schema(const Schema& schema) {
  refuse_equal_names(schema);
  std::vector<Field> fields;
  for (const Field& field : schema.fields()) {
    TypePtr type = delta_type(*field.type);
    if (type == nullptr) {
      throw Error(fmt::format("column '{}': a table of Parquet data has no type for {}; {}",
                              field.name, field.type->to_string(), cast_of(field.type->id)));
    }
    fields.push_back({field.name, std::move(type), field.nullable, {}});
  }
  return make_schema(std::move(fields));
}

bool is_delta_type(const Type& type) {
  if (type.id == TypeId::kTimestamp) {
    return type.unit == TimeUnit::kMicro && (type.zone.empty() || is_zone_of_utc(type.zone));
  }
  const TypePtr known = delta_type(type);
  return known != nullptr && equals(*known, type);
}

std::string encode_schema_text(const Schema& schema) {
  JsonWriter json;
  write_fields(json, schema.fields());
  return json.take();
}

SchemaPtr decode_schema_text(std::string_view json) {
  LogText text;
  const LogValue root = text.parse(json);
  if (root.at("type").text("type") != "struct") throw Error("is not a struct");
  return make_schema(SchemaDecoder{}.fields_of(root, 0));
}

bool has_zoneless_timestamp(const Schema& schema) {
  return std::any_of(schema.fields().begin(), schema.fields().end(),
                     [](const Field& field) { return has_zoneless(*field.type); });
}

}  // namespace penstock
