#include "libcore/table/log_json.h"

#include <simdjson.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

using simdjson::dom::element_type;

[[noreturn]] void refuse(std::string_view what, std::string_view must_be) {
  throw Error("'" + std::string(what) + "' is not " + std::string(must_be));
}

}  // namespace

struct LogValue::Element {
  simdjson::dom::element value;
};

struct LogText::Parser {
  simdjson::dom::parser parser;
};

LogText::LogText() : parser_(std::make_unique<Parser>()) {}
LogText::~LogText() = default;

LogValue LogText::parse(std::string_view json) {
  simdjson::dom::element root;
  if (auto failure = parser_->parser.parse(json.data(), json.size()).get(root)) {
    throw Error(std::string("is not JSON: ") + simdjson::error_message(failure));
  }
  LogValue value;
  value.element_ = std::make_shared<const LogValue::Element>(LogValue::Element{root});
  return value;
}

LogValue::Kind LogValue::kind() const {
  switch (element_->value.type()) {
    case element_type::NULL_VALUE:
      return Kind::kNull;
    case element_type::BOOL:
      return Kind::kFlag;
    case element_type::STRING:
      return Kind::kText;
    case element_type::ARRAY:
      return Kind::kList;
    case element_type::OBJECT:
      return Kind::kObject;
    default:
      return Kind::kNumber;
  }
}

bool LogValue::flag(std::string_view what) const {
  bool value = false;
  if (element_->value.get(value)) refuse(what, "true or false");
  return value;
}

int64_t LogValue::number(std::string_view what) const {
  int64_t value = 0;
  if (element_->value.get(value)) refuse(what, "an integer of 64 bits");
  return value;
}

std::string LogValue::text(std::string_view what) const {
  std::string_view value;
  if (element_->value.get(value)) refuse(what, "a text");
  return std::string(value);
}

std::vector<LogValue> LogValue::items(std::string_view what) const {
  simdjson::dom::array list;
  if (element_->value.get(list)) refuse(what, "a list");
  std::vector<LogValue> values;
  for (simdjson::dom::element item : list) {
    values.emplace_back();
    values.back().element_ = std::make_shared<const Element>(Element{item});
  }
  return values;
}

std::vector<std::pair<std::string, LogValue>> LogValue::members(std::string_view what) const {
  simdjson::dom::object object;
  if (element_->value.get(object)) refuse(what, "an object");
  std::vector<std::pair<std::string, LogValue>> values;
  for (simdjson::dom::key_value_pair member : object) {
    values.emplace_back(std::string(member.key), LogValue());
    values.back().second.element_ = std::make_shared<const Element>(Element{member.value});
  }
  return values;
}

std::optional<LogValue> LogValue::find(std::string_view name) const {
  simdjson::dom::object object;
  if (element_->value.get(object)) {
    throw Error("an object with '" + std::string(name) + "' is missing");
  }
  simdjson::dom::element found;
  if (object.at_key(name).get(found) || found.is_null()) return std::nullopt;
  LogValue value;
  value.element_ = std::make_shared<const Element>(Element{found});
  return value;
}

LogValue LogValue::at(std::string_view name) const {
  if (std::optional<LogValue> value = find(name)) return *std::move(value);
  throw Error("'" + std::string(name) + "' is missing");
}

std::string LogValue::json() const {
  return simdjson::minify(element_->value);
}

std::vector<std::pair<std::string, std::string>> text_members(const LogValue& object,
                                                              std::string_view what) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [name, value] : object.members(what)) {
    if (!value.is_null()) texts.emplace_back(name, value.text(name));
  }
  return texts;
}

}  // namespace penstock
