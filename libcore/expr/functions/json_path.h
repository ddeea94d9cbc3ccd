// Finds values inside of JSON texts by paths.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libcore/expr/functions/json_tree.h"

namespace penstock {

// One step of a path: the name of a member, the number of an element (from 0, or from the end from
// -1), or either, depending on the value it is applied to.
struct JsonStep {
  std::string_view name;
  int64_t index = 0;
  bool is_name = true;
  bool is_index = false;
};

enum class JsonFind : uint8_t { kFound, kMissing, kNull, kInvalid };

// Reads JSON texts one after the other. Not thread-safe: make one for each call of a kernel. Texts
// are read whole, and refused as JsonTree refuses them (kInvalid; problem() says why), wherever the
// fault is. They must be readable 64 bytes past their end, as those of columns are.
class JsonReader {
 public:
  // Finds the value at the end of `path` and appends it to `out`: its JSON in the text without the
  // blanks around it, or (`as_text`) strings without quotes and escapes. kNull: a JSON null, for
  // as_text only.
  JsonFind find(std::string_view json, std::span<const JsonStep> path, bool as_text,
                std::string& out);

  // Counts the elements of an array; kMissing when the value is not an array.
  JsonFind count_elements(std::string_view json, int64_t& count);

  // Calls `each(bytes, is_null)` for every element of an array, as find() would append them;
  // kMissing when the value is not an array.
  template <typename Each>
  JsonFind for_elements(std::string_view json, bool as_text, Each each) {
    if (!tree_.read(json)) return JsonFind::kInvalid;
    if (tree_.kind(0) != '[') return JsonFind::kMissing;
    for (uint32_t i = 1; i < tree_.node(0).next; i = tree_.node(i).next) {
      std::string_view bytes;
      JsonFind found = text_of(i, as_text, bytes);
      each(bytes, found == JsonFind::kNull);
    }
    return JsonFind::kFound;
  }

  // Calls `each(name)` for every member of an object; kMissing when the value is not an object.
  template <typename Each>
  JsonFind for_names(std::string_view json, Each each) {
    if (!tree_.read(json)) return JsonFind::kInvalid;
    if (tree_.kind(0) != '{') return JsonFind::kMissing;
    for (uint32_t i = 1; i < tree_.node(0).next; i = tree_.node(i + 1).next)
      each(tree_.contents(i, scratch_));
    return JsonFind::kFound;
  }

  // Sets `name` to "object", "array", "string", "number", "boolean" or "null".
  JsonFind type_of(std::string_view json, std::string_view& name);

  // What is wrong with the text that was refused last, to be appended to the text: "is not valid
  // JSON".
  const std::string& problem() const { return tree_.problem(); }

 private:
  JsonFind text_of(uint32_t node, bool as_text, std::string_view& bytes);
  bool take_step(uint32_t& node, const JsonStep& step);

  JsonTree tree_;
  std::string scratch_;
};

}  // namespace penstock
