// Turns libpg_query's JSON tree into our syntax tree; a part of the seam (pg_parse.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/expr/syntax/scan.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/star_changes.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// The text that the parser gets in front of the user's text; its locations count from there.
inline constexpr std::string_view kParsePrefix = "SELECT ";
// Returns the byte of the user's text; -1 for none.
inline int64_t user_location(int64_t parsed) {
  const auto prefix = static_cast<int64_t>(kParsePrefix.size());
  return parsed < prefix ? -1 : parsed - prefix;
}

// Reads one SELECT that consists of a list alone, perhaps with a window clause. `tokens` are those
// of the text that was parsed: that of the source, with the changes of `stars` left out and $1 in
// the place of each parameter.
ListSyntax read_parse_tree(std::string_view json, const Source& source,
                           const std::vector<Token>& tokens, FoundStars stars);

}  // namespace penstock
