// The seam to simdjson for data: values inside of JSON texts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace penstock {

// One step of a path: a member's name, an element's number (from 0, or from the end from -1), or
// either, by what the value on the way is.
struct JsonStep {
  std::string_view name;
  int64_t index = 0;
  bool is_name = true;
  bool is_index = false;
};

enum class JsonFind : uint8_t { kFound, kMissing, kNull, kInvalid };

// Reads JSON texts one after the other. Not thread-safe: one for each call of a kernel.
//
// Texts must be readable 64 bytes past their end (columns' are). What lies off the path is checked
// for balance and quotes only.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // The value at the end of `path`: appends it to `out` as JSON as it stands in the text, or
  // (`as_text`) strings without quotes and escapes. kNull: a JSON null, for as_text only.
  JsonFind find(std::string_view json, std::span<const JsonStep> path, bool as_text,
                std::string& out);

  // Elements of an array; kMissing when it is none.
  JsonFind count_elements(std::string_view json, int64_t& count);

  // Calls `each(bytes, is_null)` for every element of an array, as find() would append them.
  template <typename Each>
  JsonFind for_elements(std::string_view json, bool as_text, Each each) {
    struct Context {
      Each& each;
    } context{each};
    return visit_elements(
        json, as_text,
        [](void* opaque, std::string_view bytes, bool is_null) {
          static_cast<Context*>(opaque)->each(bytes, is_null);
        },
        &context);
  }

  // "object", "array", "string", "number", "boolean" or "null" in `name`.
  JsonFind type_of(std::string_view json, std::string_view& name);

 private:
  using Visit = void (*)(void* context, std::string_view bytes, bool is_null);
  JsonFind visit_elements(std::string_view json, bool as_text, Visit visit, void* context);

  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace penstock
