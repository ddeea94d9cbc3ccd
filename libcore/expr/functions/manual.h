// The manual of functions, operators and aggregates, as their tables have it: what
// `pproject --functions` prints, and what penstock-expressions(7) is made of.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// Returns the entries in which `word` occurs in any case (in the name, the subject, what it does,
// or a name that other tools use for it); all for an empty word. A subject is a line of its own;
// below it stand for each entry its name with its signature, indented by two, and what it does,
// what nulls do and an example, indented by six. Throws Error, with a near miss, when nothing is
// found.
std::string functions_manual(std::string_view word);

}  // namespace penstock
