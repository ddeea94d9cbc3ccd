// What a shell offers where an option takes names of columns.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/command/option.h"

namespace penstock {

// Returns the values that `typed`, the value of an option so far, can become by completing its last
// name, in the order of `columns`. Names that a list would take for something else are in double
// quotes; names with control characters are left out. Of a list (Complete::kColumns) the last name
// begins after a comma, a `!`, the `..` of a range, or, behind a column, the `=` between two;
// behind a column and `:` the option's words are offered instead, if it has some. Empty for an
// option without columns.
std::vector<std::string> offered_values(const Option& option, std::string_view typed,
                                        std::span<const std::string> columns);

}  // namespace penstock
