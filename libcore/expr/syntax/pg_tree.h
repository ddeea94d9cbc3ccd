// Turns libpg_query's JSON tree into our syntax tree; a part of the seam (pg_parse.h).
#pragma once

#include <string_view>
#include <vector>

#include "libcore/expr/syntax/scan.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/star_changes.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// The text that the parser gets in front of the user's text; its locations count from there.
inline constexpr std::string_view kParsePrefix = "SELECT ";

// Reads one SELECT that consists of a list alone. `tokens` are those of the text that was parsed:
// that of the source, with the changes of `stars` left out and $1 in the place of each parameter.
std::vector<ItemSyntax> read_parse_tree(std::string_view json, const Source& source,
                                        const std::vector<Token>& tokens, FoundStars stars);

}  // namespace penstock
