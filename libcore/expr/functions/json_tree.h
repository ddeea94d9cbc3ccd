// A JSON text taken apart: where each value in it begins and ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Nesting of a JSON text that an expression looks into: it is read by recursion.
inline constexpr int kMaxJsonTextNesting = 1024;

// One value, or one key of an object.
struct JsonNode {
  uint32_t begin = 0;  // of its bytes in the text, quotes and brackets included, no blanks around
  uint32_t end = 0;
  uint32_t next = 0;     // the node behind it and all that it holds
  bool escaped = false;  // a string with escapes
};

// Reads one text after the other, and keeps the nodes of the last: a value's children follow it,
// an object's by turns keys and values. Not thread-safe.
class JsonTree {
 public:
  // True when the whole text is one JSON value (RFC 8259) with blanks around it at most, no object
  // has a key twice (compared without escapes), no string holds a NUL or half a surrogate pair, and
  // it nests at most kMaxJsonTextNesting deep. Else problem() says why. `text` must live as long as
  // its nodes are asked for, and be UTF-8 that may be read 64 bytes past its end, below 4 GiB.
  bool read(std::string_view text);

  // What is wrong with the text that was read last, as "is not valid JSON".
  const std::string& problem() const { return problem_; }

  // Nodes of a text that was read, which has at least one. Node 0 is the text's value.
  const JsonNode& node(uint32_t index) const { return nodes_[index]; }
  // The byte that says what it is: one of { [ " t f n, or a number's.
  char kind(uint32_t index) const { return text_[nodes_[index].begin]; }
  // The value as it stands in the text.
  std::string_view bytes(uint32_t index) const;
  // A string's contents, escapes resolved; `scratch` may come to hold them. REQUIRES a string.
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
  // Of the object whose keys are being compared.
  std::vector<uint32_t> keys_;
  std::vector<std::string> unescaped_;
  std::vector<std::string_view> names_;
};

}  // namespace penstock
