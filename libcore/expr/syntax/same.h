// Compares pieces of syntax.
#pragma once

#include <span>

#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// Returns whether two pieces of syntax are equal apart from their places in the text. Names count
// as written: `n` and `N` differ, although they may stand for one column.
bool same_syntax(const Syntax& a, const Syntax& b);

// The same for pieces that may be missing (null).
bool same_syntax(const SyntaxPtr& a, const SyntaxPtr& b);

// The same for lists, one piece beside the other.
bool same_lists(std::span<const SyntaxPtr> a, std::span<const SyntaxPtr> b);
bool same_orders(std::span<const SortSyntax> a, std::span<const SortSyntax> b);

}  // namespace penstock
