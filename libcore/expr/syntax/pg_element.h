// Reads members of libpg_query's JSON, in which empty members are missing.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/check.h"

namespace penstock {

inline std::optional<simdjson::dom::element> member(simdjson::dom::element object,
                                                    const char* key) {
  simdjson::dom::element found;
  if (object.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}
inline std::string text_member(simdjson::dom::element object, const char* key) {
  std::string_view text;
  if (object.at_key(key).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}
inline int64_t int_member(simdjson::dom::element object, const char* key, int64_t otherwise) {
  int64_t value = otherwise;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return otherwise;
  return value;
}
inline bool bool_member(simdjson::dom::element object, const char* key) {
  bool value = false;
  return object.at_key(key).get(value) == simdjson::SUCCESS && value;
}
// Returns an empty list when the member is missing, because the writer leaves out empty ones.
inline std::vector<simdjson::dom::element> items_of(simdjson::dom::element object,
                                                    const char* key) {
  simdjson::dom::array items;
  if (object.at_key(key).get(items) != simdjson::SUCCESS) return {};
  return {items.begin(), items.end()};
}

// {"Kind": {…}}: the kind and contents of a node.
struct PgNode {
  std::string_view kind;
  simdjson::dom::element body;
};
inline PgNode unwrap(simdjson::dom::element wrapped) {
  simdjson::dom::object object;
  PENSTOCK_CHECK(wrapped.get(object) == simdjson::SUCCESS && object.begin() != object.end());
  auto first = object.begin();
  return {first.key(), first.value()};
}

}  // namespace penstock
