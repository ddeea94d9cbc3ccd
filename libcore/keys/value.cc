#include "libcore/keys/value.h"

#include <fmt/format.h>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"

namespace penstock {

bool is_key_type(const Type& type) {
  // Types without children are not nested, except for a struct or list of nothing.
  return is_orderable(type) && type.id < TypeId::kList;
}

void require_key_type(const Field& field, std::string_view place) {
  const Type& type = *field.type;
  if (is_key_type(type)) return;
  throw Error(
      fmt::format("{}{}column '{}' of type {} cannot be a key; take a part of it, or cast "
                  "it to text",
                  place, place.empty() ? "" : ": ", field.name, type.to_string()));
}

int32_t key_width(const Type& type) {
  return type.id == TypeId::kBool ? 1 : fixed_width(type);
}

}  // namespace penstock
