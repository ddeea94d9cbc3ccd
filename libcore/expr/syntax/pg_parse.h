// The seam to PostgreSQL's parser (libpg_query, its JSON tree read with simdjson).
//
// Threads: every thread may parse.
#pragma once

#include <vector>

#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// Levels that a syntax tree may have: each costs the stack a frame or two, here and in evaluation.
inline constexpr int kMaxExpressionDepth = 400;

// A list `expr [as name], …`. Throws Error (three lines) on what PostgreSQL's grammar refuses, on
// anything beyond one select list (`1 from t`, `1; 2`), and past a limit.
std::vector<ItemSyntax> parse_select_list(const Source& source);

// One expression without a name.
SyntaxPtr parse_expression(const Source& source);

}  // namespace penstock
