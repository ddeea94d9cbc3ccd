#include "libcore/expr/json_path.h"

#include <simdjson.h>

namespace penstock {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

JsonFind answer(error_code code) {
  bool missing = code == simdjson::NO_SUCH_FIELD || code == simdjson::INDEX_OUT_OF_BOUNDS ||
                 code == simdjson::INCORRECT_TYPE;
  return missing ? JsonFind::kMissing : JsonFind::kInvalid;
}

std::string_view without_space_after(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r'))) {
    text.remove_suffix(1);
  }
  return text;
}

error_code element_from_end(ondemand::array array, int64_t index, ondemand::value& value) {
  size_t count = 0;
  error_code code = array.count_elements().get(count);
  if (code != simdjson::SUCCESS) return code;
  if (index < 0) index += static_cast<int64_t>(count);
  if (index < 0 || index >= static_cast<int64_t>(count)) return simdjson::INDEX_OUT_OF_BOUNDS;
  return array.at(static_cast<size_t>(index)).get(value);
}

template <typename Value>
error_code take_step(Value& from, const JsonStep& step, ondemand::value& to) {
  ondemand::json_type type;
  error_code code = from.type().get(type);
  if (code != simdjson::SUCCESS) return code;
  if (type == ondemand::json_type::object && step.is_name) {
    ondemand::object object;
    code = from.get_object().get(object);
    return code != simdjson::SUCCESS ? code : object.find_field_unordered(step.name).get(to);
  }
  if (type == ondemand::json_type::array && step.is_index) {
    ondemand::array array;
    code = from.get_array().get(array);
    return code != simdjson::SUCCESS ? code : element_from_end(array, step.index, to);
  }
  return simdjson::INCORRECT_TYPE;
}

// A value's own text.
template <typename Value>
error_code raw_text(Value& value, ondemand::json_type type, std::string_view& raw) {
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    error_code code = value.get_object().get(object);
    return code != simdjson::SUCCESS ? code : object.raw_json().get(raw);
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    error_code code = value.get_array().get(array);
    return code != simdjson::SUCCESS ? code : array.raw_json().get(raw);
  }
  // A document's token comes with an error code, a value's without.
  if constexpr (std::is_same_v<Value, ondemand::value>) {
    raw = value.raw_json_token();
  } else {
    error_code code = value.raw_json_token().get(raw);
    if (code != simdjson::SUCCESS) return code;
  }
  raw = without_space_after(raw);
  return simdjson::SUCCESS;
}

template <typename Value>
JsonFind write_value(Value& value, bool as_text, std::string_view& bytes) {
  ondemand::json_type type;
  error_code code = value.type().get(type);
  if (code != simdjson::SUCCESS) return JsonFind::kInvalid;
  if (as_text && type == ondemand::json_type::string) {
    code = value.get_string().get(bytes);
    return code == simdjson::SUCCESS ? JsonFind::kFound : JsonFind::kInvalid;
  }
  if (raw_text(value, type, bytes) != simdjson::SUCCESS) return JsonFind::kInvalid;
  if (type == ondemand::json_type::null) {
    if (bytes != "null") return JsonFind::kInvalid;
    return as_text ? JsonFind::kNull : JsonFind::kFound;
  }
  if (type == ondemand::json_type::boolean && bytes != "true" && bytes != "false") {
    return JsonFind::kInvalid;
  }
  return JsonFind::kFound;
}

}  // namespace

struct JsonReader::Parser {
  ondemand::parser parser;

  error_code open(std::string_view json, ondemand::document& document) {
    simdjson::padded_string_view padded(json.data(), json.size(),
                                        json.size() + simdjson::SIMDJSON_PADDING);
    return parser.iterate(padded).get(document);
  }
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

JsonFind JsonReader::find(std::string_view json, std::span<const JsonStep> path, bool as_text,
                          std::string& out) {
  ondemand::document document;
  if (parser_->open(json, document) != simdjson::SUCCESS) return JsonFind::kInvalid;
  std::string_view bytes;
  JsonFind found;
  if (path.empty()) {
    found = write_value(document, as_text, bytes);
  } else {
    ondemand::value value;
    error_code code = take_step(document, path[0], value);
    for (size_t k = 1; k < path.size() && code == simdjson::SUCCESS; ++k) {
      ondemand::value next;
      code = take_step(value, path[k], next);
      value = next;
    }
    if (code != simdjson::SUCCESS) return answer(code);
    found = write_value(value, as_text, bytes);
  }
  if (found == JsonFind::kFound) out.append(bytes);
  return found;
}

JsonFind JsonReader::count_elements(std::string_view json, int64_t& count) {
  ondemand::document document;
  if (parser_->open(json, document) != simdjson::SUCCESS) return JsonFind::kInvalid;
  ondemand::array array;
  error_code code = document.get_array().get(array);
  size_t elements = 0;
  if (code == simdjson::SUCCESS) code = array.count_elements().get(elements);
  if (code != simdjson::SUCCESS) return answer(code);
  count = static_cast<int64_t>(elements);
  return JsonFind::kFound;
}

JsonFind JsonReader::visit_elements(std::string_view json, bool as_text, Visit visit,
                                    void* context) {
  ondemand::document document;
  if (parser_->open(json, document) != simdjson::SUCCESS) return JsonFind::kInvalid;
  ondemand::array array;
  error_code code = document.get_array().get(array);
  if (code != simdjson::SUCCESS) return answer(code);
  for (auto element : array) {
    ondemand::value value;
    if (element.get(value) != simdjson::SUCCESS) return JsonFind::kInvalid;
    std::string_view bytes;
    JsonFind found = write_value(value, as_text, bytes);
    if (found == JsonFind::kInvalid) return found;
    visit(context, bytes, found == JsonFind::kNull);
  }
  return JsonFind::kFound;
}

JsonFind JsonReader::type_of(std::string_view json, std::string_view& name) {
  ondemand::document document;
  ondemand::json_type type;
  if (parser_->open(json, document) != simdjson::SUCCESS ||
      document.type().get(type) != simdjson::SUCCESS) {
    return JsonFind::kInvalid;
  }
  switch (type) {
    case ondemand::json_type::object:
      name = "object";
      break;
    case ondemand::json_type::array:
      name = "array";
      break;
    case ondemand::json_type::string:
      name = "string";
      break;
    case ondemand::json_type::number:
      name = "number";
      break;
    case ondemand::json_type::boolean:
      name = "boolean";
      break;
    case ondemand::json_type::null:
      name = "null";
      break;
  }
  return JsonFind::kFound;
}

}  // namespace penstock
