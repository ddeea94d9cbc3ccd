// Parses a JSON text into nodes: where each value in it begins and ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Nesting of a JSON text that an expression reads; reading is recursive.
inline constexpr int kMaxJsonTextNesting = 1024;

// One value, or one key of an object.
struct JsonNode {
  uint32_t begin = 0;  // of its bytes in the text, quotes and brackets included, no blanks around
  uint32_t end = 0;
  uint32_t next = 0;     // the node after it and all that it contains
  bool escaped = false;  // a string with escapes
};

// Reads one text after the other, and keeps the nodes of the last. The children of a value follow
// it; those of an object are keys and values by turns. Not thread-safe.
class JsonTree {
 public:
  // Returns true when the whole text is one JSON value (RFC 8259) with at most blanks around it, no
  // object has a key twice (compared without escapes), no string contains a NUL or half a surrogate
  // pair, and it is nested at most kMaxJsonTextNesting deep. Otherwise problem() says why. `text`
  // must be UTF-8 of less than 4 GiB, readable 64 bytes past its end, and must outlive the use of
  // its nodes.
  bool read(std::string_view text);

  // What is wrong with the text that was read last, as in "is not valid JSON".
  const std::string& problem() const { return problem_; }

  // The nodes of a text that was read, of which there is at least one. Node 0 is the text's value.
  const JsonNode& node(uint32_t index) const { return nodes_[index]; }
  // The byte that determines its kind: one of { [ " t f n, or the first of a number.
  char kind(uint32_t index) const { return text_[nodes_[index].begin]; }
  // The bytes of the value in the text.
  std::string_view bytes(uint32_t index) const;
  // Returns the contents of a string with escapes resolved. `scratch` may hold them, so it must
  // outlive the view. REQUIRES a string.
  std::string_view contents(uint32_t index, std::string& scratch) const;

 private:
  bool value(int depth);
  bool object(int depth);
  bool array(int depth);
  bool string();
  bool number();
  bool word(std::string_view word);
  bool escape();
  bool differ(uint32_t object);
  bool differ_by_sorting();
  void skip_blanks();
  bool fail(std::string_view why);
  uint32_t open();
  bool close(uint32_t index);

  std::string_view text_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::vector<JsonNode> nodes_;
  std::string problem_;
  // The keys of the object whose keys are being compared.
  std::vector<uint32_t> keys_;
  std::vector<std::string> unescaped_;
  std::vector<std::string_view> names_;
};

}  // namespace penstock
