// The seam to RE2: regular expressions that run in time linear in the text.
//
// The syntax is RE2's (without back references and look-around), which otherwise differs little
// from PostgreSQL's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

// A regular expression, compiled once; immutable, and may be used from several threads at once.
class Regex {
 public:
  struct Match {
    size_t begin;
    size_t end;
  };

  virtual ~Regex() = default;
  // Returns whether the expression matches somewhere in `text`.
  virtual bool matches(std::string_view text) const = 0;
  // Finds the first match at or after `from`, and the bytes of group `group` (0 is the whole
  // match). Returns false when there is none. A group that took no part gives group.data() ==
  // nullptr.
  virtual bool find(std::string_view text, size_t from, size_t group, Match& match,
                    std::string_view& bytes) const = 0;
  // Finds the first match at or after `from`, and sets `groups` to it and its groups; those that
  // took no part have data() == nullptr. Returns false when there is none.
  virtual bool find_groups(std::string_view text, size_t from,
                           std::vector<std::string_view>& groups) const = 0;
  virtual size_t group_count() const = 0;
  // Appends `text` with the first match (or all) replaced; \1 … \9 and \& in `with` are groups and
  // the whole match, \\ is a backslash. Returns false past `limit` bytes.
  virtual bool replace(std::string_view text, std::string_view with, bool all, size_t limit,
                       std::string& out) const = 0;
};
using RegexPtr = std::shared_ptr<const Regex>;

// Compiles a constant pattern. Throws Error (three lines) when it is not a constant, not a regular
// expression, or past the limits of RE2 (8 MiB of compiled program).
RegexPtr bind_regex(const Binder& binder, const Bound& pattern, bool ignore_case);

}  // namespace penstock
