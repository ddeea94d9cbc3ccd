// The seam to PostgreSQL's parser (libpg_query, whose JSON tree is read with simdjson).
//
// Threads: every thread may parse.
#pragma once

#include <cstddef>
#include <vector>

#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// Levels of a syntax tree: each takes a stack frame or two, here and in evaluation.
inline constexpr int kMaxExpressionDepth = 400;

// Parses a list `expr [as name], …`. Throws Error (three lines) for text that PostgreSQL's grammar
// refuses, for anything beyond one select list (`1 from t`, `1; 2`), and past a limit.
std::vector<ItemSyntax> parse_select_list(const Source& source);

// The same with `window w as (…), …` behind the list. Throws Error for a name that no window has or
// two have, and for a window that cannot be extended as it is.
ListSyntax parse_window_list(const Source& source);

// Parses one expression without a name.
SyntaxPtr parse_expression(const Source& source);

// The same of a part of the text: from one byte to another, at each of which a token begins or
// ends.
SyntaxPtr parse_expression_part(const Source& source, size_t begin, size_t end);

}  // namespace penstock
