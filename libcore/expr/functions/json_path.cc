#include "libcore/expr/functions/json_path.h"

namespace penstock {

JsonFind JsonReader::text_of(uint32_t node, bool as_text, std::string_view& bytes) {
  char kind = tree_.kind(node);
  if (as_text && kind == 'n') return JsonFind::kNull;
  bytes = as_text && kind == '"' ? tree_.contents(node, scratch_) : tree_.bytes(node);
  return JsonFind::kFound;
}

// To a member or an element of the value; false when there is none.
bool JsonReader::take_step(uint32_t& node, const JsonStep& step) {
  const uint32_t end = tree_.node(node).next;
  uint32_t i = node + 1;
  if (tree_.kind(node) == '{' && step.is_name) {
    for (; i < end; i = tree_.node(i + 1).next) {
      if (tree_.contents(i, scratch_) != step.name) continue;
      node = i + 1;
      return true;
    }
    return false;
  }
  if (tree_.kind(node) != '[' || !step.is_index) return false;
  int64_t index = step.index;
  if (index < 0) {
    for (uint32_t k = i; k < end; k = tree_.node(k).next)
      ++index;
    if (index < 0) return false;
  }
  for (; i < end && index > 0; --index)
    i = tree_.node(i).next;
  if (i >= end) return false;
  node = i;
  return true;
}

JsonFind JsonReader::find(std::string_view json, std::span<const JsonStep> path, bool as_text,
                          std::string& out) {
  if (!tree_.read(json)) return JsonFind::kInvalid;
  uint32_t node = 0;
  for (const JsonStep& step : path) {
    if (!take_step(node, step)) return JsonFind::kMissing;
  }
  std::string_view bytes;
  JsonFind found = text_of(node, as_text, bytes);
  out.append(bytes);
  return found;
}

JsonFind JsonReader::count_elements(std::string_view json, int64_t& count) {
  if (!tree_.read(json)) return JsonFind::kInvalid;
  if (tree_.kind(0) != '[') return JsonFind::kMissing;
  count = 0;
  for (uint32_t i = 1; i < tree_.node(0).next; i = tree_.node(i).next)
    ++count;
  return JsonFind::kFound;
}

JsonFind JsonReader::type_of(std::string_view json, std::string_view& name) {
  if (!tree_.read(json)) return JsonFind::kInvalid;
  switch (tree_.kind(0)) {
    case '{':
      name = "object";
      break;
    case '[':
      name = "array";
      break;
    case '"':
      name = "string";
      break;
    case 't':
    case 'f':
      name = "boolean";
      break;
    case 'n':
      name = "null";
      break;
    default:
      name = "number";
      break;
  }
  return JsonFind::kFound;
}

}  // namespace penstock
