// A regular expression whose named groups are the columns of a line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Immutable, thread-safe.
class LinePattern {
 public:
  virtual ~LinePattern() = default;

  // Compiles a pattern in the syntax of the operator ~, with groups (?<name>…) or (?P<name>…).
  // Throws a usage Error when it is not a regular expression, has no named group, or two of one
  // name.
  static std::shared_ptr<const LinePattern> compile(const std::string& text);

  // The names of the groups, in the order in which they open.
  virtual const std::vector<std::string>& names() const = 0;

  // Returns whether the pattern matches somewhere in `line`, and sets `groups`, which has one for
  // each name: data() is null for a group that took no part.
  virtual bool match(std::string_view line, std::string_view* groups) const = 0;
};

}  // namespace penstock
