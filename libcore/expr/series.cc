#include "libcore/expr/series.h"

#include <algorithm>

#include "libcore/expr/types.h"

namespace penstock {
namespace {

Bound bind_unnest(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (!is_list(arguments[0].type())) {
    binder.fail(call.location, "unnest takes a list, not " + type_name(arguments[0].type()));
  }
  return arguments[0];
}

constexpr Function kFunctions[] = {
    {.name = "unnest",
     .signature = "(any) -> any",
     .summary = "a row for each element of a list",
     .bind = bind_unnest},
};

}  // namespace

std::span<const Function> series_functions() {
  return kFunctions;
}

bool is_series_function(std::string_view name) {
  std::span<const Function> all = series_functions();
  return std::any_of(all.begin(), all.end(),
                     [&](const Function& function) { return function.name == name; });
}

}  // namespace penstock
