#include "libcore/expr/parameters.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/cast.h"

namespace penstock {

void Parameters::add(Parameter parameter) {
  if (find(parameter.name) != nullptr) {
    throw Error::usage("'" + parameter.name + "' is set twice");
  }
  const bool is_value =
      is_text(parameter.type->id) || parse_constant(parameter.value, parameter.type) != nullptr;
  if (!is_value) {
    throw Error::usage("'" + printable(parameter.value) + "' is not a value of type " +
                       parameter.type->to_string());
  }
  all_.push_back(std::move(parameter));
}

const Parameter* Parameters::find(std::string_view name) const {
  auto found = std::find_if(all_.begin(), all_.end(),
                            [&](const Parameter& parameter) { return parameter.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : all_)
    names.push_back(parameter.name);
  return names;
}

std::string Parameters::to_string() const {
  std::string text;
  for (const Parameter& parameter : all_) {
    if (!text.empty()) text += ", ";
    text += parameter.name;
    if (parameter.is_declared) text += ":" + parameter.type->to_string();
    text += "=" + parameter.value;
  }
  return text;
}

bool equals(const Parameters& a, const Parameters& b) {
  return a.all().size() == b.all().size() &&
         std::all_of(a.all().begin(), a.all().end(), [&](const Parameter& left) {
           const Parameter* right = b.find(left.name);
           return right != nullptr && left.value == right->value &&
                  equals(*left.type, *right->type) && left.is_declared == right->is_declared;
         });
}

}  // namespace penstock
