#include "libcore/stage/parameters.h"

#include <algorithm>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/text/csv/inference.h"

namespace penstock {
namespace {

bool is_parameter_name(std::string_view name) {
  return !name.empty() && !is_digit(name[0]) && std::all_of(name.begin(), name.end(), is_name_byte);
}

TypePtr inferred_type(const std::string& value) {
  TypeGuess guess;
  guess.see(value, nullptr);
  return guess.type(false);
}

}  // namespace

Parameter parse_parameter(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string before = text.substr(0, equals);
  const size_t colon = before.find(':');
  Parameter parameter{before.substr(0, colon), {}, nullptr, colon != std::string::npos};
  if (equals == std::string::npos || !is_parameter_name(parameter.name)) {
    throw Error::usage("'" + printable(text) +
                       "' is not NAME=VALUE or NAME:TYPE=VALUE, where NAME is a word of letters, "
                       "digits and _");
  }
  parameter.value = text.substr(equals + 1);
  if (!is_utf8(parameter.value)) {
    throw Error::usage("the value of '" + parameter.name + "' is not UTF-8");
  }
  parameter.type =
      parameter.is_declared ? parse_type(before.substr(colon + 1)) : inferred_type(parameter.value);
  return parameter;
}

GivenOption set_option(const Parameter& parameter) {
  std::string value = parameter.name;
  if (parameter.is_declared) value += ":" + parameter.type->to_string();
  return {OptionGroup::kParameters, option::kSet, value + "=" + parameter.value};
}

}  // namespace penstock
