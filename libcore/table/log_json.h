// Reads the JSON of a table's log, whose objects may have members that are not known: the seam to
// simdjson in this room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

// A value of a JSON text. It is valid as long as its LogText, and until that parses another text.
class LogValue {
 public:
  enum class Kind : uint8_t { kNull, kFlag, kNumber, kText, kList, kObject };

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }

  // The value as what it must be; `what` names it in the Error that each throws where it is of
  // another kind. A number is an integer that fits 64 bits.
  bool flag(std::string_view what) const;
  int64_t number(std::string_view what) const;
  std::string text(std::string_view what) const;
  std::vector<LogValue> items(std::string_view what) const;
  std::vector<std::pair<std::string, LogValue>> members(std::string_view what) const;

  // Returns a member of an object; empty where it is missing or null. Throws Error where this is
  // not an object, which `name` names.
  std::optional<LogValue> find(std::string_view name) const;
  // The same, but throws Error where it is missing or null.
  LogValue at(std::string_view name) const;

  // Returns the value as JSON text.
  std::string json() const;

 private:
  friend class LogText;
  struct Element;
  std::shared_ptr<const Element> element_;
};

// Owns what is parsed. Not thread-safe.
class LogText {
 public:
  LogText();
  ~LogText();
  LogText(const LogText&) = delete;
  LogText& operator=(const LogText&) = delete;

  // Parses a text. Any bytes are safe. Throws Error for what is not JSON.
  LogValue parse(std::string_view json);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// Reads an object of texts, as configurations and tags are; a null is left out. Throws Error.
std::vector<std::pair<std::string, std::string>> text_members(const LogValue& object,
                                                              std::string_view what);

}  // namespace penstock
