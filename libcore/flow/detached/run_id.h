// The names of detached runs: what users type, and what their folders are called.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

// 8 characters of 23456789abcdefghjkmnpqrstvwxyz (none that are mistaken for others), the first of
// them a letter, so that an ID is never taken for a number or an option, nor for a path.
class RunId {
 public:
  static constexpr size_t kLength = 8;

  // Returns a random one.
  static RunId make();
  // Returns nothing for a text that is not an ID.
  static std::optional<RunId> parse(std::string_view text);

  const std::string& text() const { return text_; }
  bool operator==(const RunId&) const = default;

 private:
  explicit RunId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace penstock
