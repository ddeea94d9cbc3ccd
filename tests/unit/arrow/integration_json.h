// The JSON of Arrow's integration tests: the schema and the cells that a golden file must have.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "cell_text.h"
#include "libcore/data/type.h"

namespace penstock::testing {

namespace dom = simdjson::dom;

inline std::string json_string(const dom::element& object, const char* key) {
  return std::string(std::string_view(object[key]));
}

inline int32_t json_int(const dom::element& object, const char* key, int32_t absent = 0) {
  int64_t value = absent;
  if (object[key].get(value) != simdjson::SUCCESS) value = absent;
  return static_cast<int32_t>(value);
}

// Numbers come bare or, where JavaScript would lose digits, as strings.
inline std::string json_number_text(const dom::element& value) {
  if (value.is_string()) return std::string(std::string_view(value));
  if (value.is_int64()) return std::to_string(int64_t(value));
  if (value.is_uint64()) return std::to_string(uint64_t(value));
  if (value.is_bool()) return bool(value) ? "1" : "0";
  return float_text(double(value));
}

inline int64_t json_offset(const dom::element& value) {
  return std::stoll(json_number_text(value));
}

inline dom::element json_at(const dom::element& column, const char* key, int64_t i) {
  return column[key].at(static_cast<size_t>(i));
}

inline bool has_key(const dom::element& object, const char* key) {
  return object[key].error() == simdjson::SUCCESS;
}

inline Metadata json_metadata(const dom::element& of) {
  Metadata metadata;
  dom::array entries;
  if (of["metadata"].get(entries) != simdjson::SUCCESS) return metadata;
  for (dom::element entry : entries) {
    metadata.emplace_back(json_string(entry, "key"), json_string(entry, "value"));
  }
  return metadata;
}

class IntegrationJson {
 public:
  explicit IntegrationJson(const std::string& text) : root_(parser_.parse(text)) {
    dom::array dictionaries;
    if (root_["dictionaries"].get(dictionaries) != simdjson::SUCCESS) return;
    for (dom::element dictionary : dictionaries) {
      dictionaries_[int64_t(dictionary["id"])] = dictionary["data"]["columns"].at(0);
    }
  }

  Schema schema() const {
    return Schema(fields(root_["schema"]["fields"]), json_metadata(root_["schema"]));
  }
  dom::array batches() const { return root_["batches"]; }
  dom::element field(size_t i) const { return root_["schema"]["fields"].at(i); }

  // What cell_text() gives for row i of the column of that field.
  std::string cell(const dom::element& field, const dom::element& column, int64_t i) const {
    if (has_key(field, "dictionary")) {
      if (!valid(column, i)) return "null";
      dom::element values = dictionaries_.at(int64_t(field["dictionary"]["id"]));
      return value(field, values, json_offset(json_at(column, "DATA", i)));
    }
    return value(field, column, i);
  }

 private:
  static bool valid(const dom::element& column, int64_t i) {
    return !has_key(column, "VALIDITY") || json_number_text(json_at(column, "VALIDITY", i)) != "0";
  }

  std::vector<Field> fields(const dom::element& list) const {
    std::vector<Field> out;
    for (dom::element field : dom::array(list)) {
      TypePtr type = plain_type(field);
      if (has_key(field, "dictionary")) {
        dom::element encoding = field["dictionary"];
        type = dictionary_type(make_type(int_id(encoding["indexType"])), type,
                               bool(encoding["isOrdered"]));
      }
      out.push_back(
          {json_string(field, "name"), type, bool(field["nullable"]), json_metadata(field)});
    }
    return out;
  }

  static TypeId int_id(const dom::element& type) {
    static constexpr TypeId kSigned[] = {TypeId::kInt8, TypeId::kInt16, TypeId::kInt32,
                                         TypeId::kInt64};
    static constexpr TypeId kUnsigned[] = {TypeId::kUint8, TypeId::kUint16, TypeId::kUint32,
                                           TypeId::kUint64};
    int32_t bits = json_int(type, "bitWidth");
    int at = bits == 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : 3;
    return bool(type["isSigned"]) ? kSigned[at] : kUnsigned[at];
  }

  static TimeUnit unit(const dom::element& type) {
    std::string name = json_string(type, "unit");
    return name == "SECOND"        ? TimeUnit::kSecond
           : name == "MILLISECOND" ? TimeUnit::kMilli
           : name == "MICROSECOND" ? TimeUnit::kMicro
                                   : TimeUnit::kNano;
  }

  TypePtr plain_type(const dom::element& field) const {
    static const std::map<std::string, TypeId> kNamed = {
        {"null", TypeId::kNull},
        {"bool", TypeId::kBool},
        {"utf8", TypeId::kUtf8},
        {"utf8view", TypeId::kUtf8},
        {"largeutf8", TypeId::kLargeUtf8},
        {"binary", TypeId::kBinary},
        {"binaryview", TypeId::kBinary},
        {"largebinary", TypeId::kLargeBinary},
        {"fixedsizebinary", TypeId::kFixedSizeBinary},
        {"list", TypeId::kList},
        {"listview", TypeId::kList},
        {"largelist", TypeId::kLargeList},
        {"largelistview", TypeId::kLargeList},
        {"fixedsizelist", TypeId::kFixedSizeList},
        {"struct", TypeId::kStruct},
        {"map", TypeId::kMap},
        {"duration", TypeId::kDuration},
        {"timestamp", TypeId::kTimestamp},
    };
    dom::element from = field["type"];
    std::string name = json_string(from, "name");
    Type type;
    type.children = fields(field["children"]);
    auto named = kNamed.find(name);
    if (named != kNamed.end()) {
      type.id = named->second;
      type.width = json_int(from, "byteWidth", json_int(from, "listSize"));
      type.keys_sorted = has_key(from, "keysSorted") && bool(from["keysSorted"]);
      if (has_key(from, "timezone")) type.zone = json_string(from, "timezone");
      if (has_key(from, "unit")) type.unit = unit(from);
    } else if (name == "runendencoded") {
      return type.children[1].type;
    } else {
      set_parametric(type, name, from);
    }
    return std::make_shared<const Type>(type);
  }

  static void set_parametric(Type& type, const std::string& name, const dom::element& from) {
    if (name == "int") {
      type.id = int_id(from);
    } else if (name == "floatingpoint") {
      std::string precision = json_string(from, "precision");
      type.id = precision == "HALF"     ? TypeId::kFloat16
                : precision == "SINGLE" ? TypeId::kFloat32
                                        : TypeId::kFloat64;
    } else if (name == "decimal") {
      type.id = json_int(from, "bitWidth", 128) == 256 ? TypeId::kDecimal256 : TypeId::kDecimal128;
      type.precision = json_int(from, "precision");
      type.scale = json_int(from, "scale");
    } else if (name == "date") {
      type.id = json_string(from, "unit") == "DAY" ? TypeId::kDate32 : TypeId::kDate64;
    } else if (name == "time") {
      type.id = json_int(from, "bitWidth") == 32 ? TypeId::kTime32 : TypeId::kTime64;
      type.unit = unit(from);
    } else if (name == "interval") {
      std::string parts = json_string(from, "unit");
      type.id = parts == "YEAR_MONTH" ? TypeId::kIntervalMonths
                : parts == "DAY_TIME" ? TypeId::kIntervalDayTime
                                      : TypeId::kIntervalMonthDayNano;
    } else if (name == "union") {
      type.id = json_string(from, "mode") == "SPARSE" ? TypeId::kSparseUnion : TypeId::kDenseUnion;
      for (dom::element code : dom::array(from["typeIds"])) {
        type.type_codes.push_back(static_cast<int8_t>(int64_t(code)));
      }
    } else {
      throw std::runtime_error("unknown type " + name);
    }
  }

  std::string items(const dom::element& field, const dom::element& column, int64_t begin,
                    int64_t end) const {
    std::string out = "[";
    for (int64_t i = begin; i < end; ++i) {
      out += cell(field["children"].at(0), column["children"].at(0), i) + ",";
    }
    return out + "]";
  }

  static std::string view(const dom::element& column, int64_t i, bool is_text) {
    dom::element from = json_at(column, "VIEWS", i);
    if (has_key(from, "INLINED")) {
      std::string bytes = json_string(from, "INLINED");
      return is_text ? '"' + bytes + '"' : bytes;
    }
    std::string data(std::string_view(
        json_at(column, "VARIADIC_DATA_BUFFERS", json_offset(from["BUFFER_INDEX"]))));
    std::string digits = data.substr(2 * static_cast<size_t>(json_offset(from["OFFSET"])),
                                     2 * static_cast<size_t>(json_offset(from["SIZE"])));
    if (!is_text) return digits;
    std::string bytes;
    for (size_t at = 0; at < digits.size(); at += 2) {
      bytes += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
    }
    return '"' + bytes + '"';
  }

  std::string value(const dom::element& field, const dom::element& column, int64_t i) const {
    std::string name = json_string(field["type"], "name");
    if (name == "null" || !valid(column, i)) return "null";
    if (name == "list" || name == "largelist" || name == "map") {
      return items(field, column, json_offset(json_at(column, "OFFSET", i)),
                   json_offset(json_at(column, "OFFSET", i + 1)));
    }
    if (name == "listview" || name == "largelistview") {
      int64_t begin = json_offset(json_at(column, "OFFSET", i));
      return items(field, column, begin, begin + json_offset(json_at(column, "SIZE", i)));
    }
    if (name == "fixedsizelist") {
      int64_t width = json_int(field["type"], "listSize");
      return items(field, column, i * width, (i + 1) * width);
    }
    if (name == "struct" || name == "union" || name == "runendencoded") {
      return fields_value(name, field, column, i);
    }
    if (name == "utf8view" || name == "binaryview") return view(column, i, name == "utf8view");
    return leaf(name, field["type"], json_at(column, "DATA", i));
  }

  std::string fields_value(const std::string& name, const dom::element& field,
                           const dom::element& column, int64_t i) const {
    dom::array child_fields = field["children"];
    dom::array children = column["children"];
    if (name == "struct") {
      std::string out = "{";
      for (size_t c = 0; c < child_fields.size(); ++c) {
        out += cell(child_fields.at(c), children.at(c), i) + ",";
      }
      return out + "}";
    }
    if (name == "runendencoded") {
      dom::element ends = children.at(0);
      int64_t run = 0;
      while (json_offset(json_at(ends, "DATA", run)) <= i)
        ++run;
      return cell(child_fields.at(1), children.at(1), run);
    }
    int64_t code = json_offset(json_at(column, "TYPE_ID", i));
    size_t child = 0;
    dom::array codes = field["type"]["typeIds"];
    while (int64_t(codes.at(child)) != code)
      ++child;
    int64_t at = has_key(column, "OFFSET") ? json_offset(json_at(column, "OFFSET", i)) : i;
    return std::to_string(code) + ":" + cell(child_fields.at(child), children.at(child), at);
  }

  static std::string leaf(const std::string& name, const dom::element& type,
                          const dom::element& value) {
    if (name == "utf8" || name == "largeutf8") return '"' + json_number_text(value) + '"';
    if (name == "floatingpoint" && json_string(type, "precision") != "HALF") {
      bool single = json_string(type, "precision") == "SINGLE";
      double number(value);
      return float_text(single ? double{static_cast<float>(number)} : number);
    }
    if (name == "interval" && value.is_object()) {
      std::string out;
      if (has_key(value, "months")) out += json_number_text(value["months"]) + "m";
      out += json_number_text(value["days"]) + "d";
      if (has_key(value, "milliseconds"))
        return out + json_number_text(value["milliseconds"]) + "ms";
      return out + json_number_text(value["nanoseconds"]) + "ns";
    }
    return json_number_text(value);
  }

  dom::parser parser_;
  dom::element root_;
  std::map<int64_t, dom::element> dictionaries_;
};

}  // namespace penstock::testing
