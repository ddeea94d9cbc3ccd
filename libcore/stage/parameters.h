// --set: the values that expressions refer to as :NAME.
#pragma once

#include <string>

#include "libcore/command/command.h"
#include "libcore/expr/parameters.h"

namespace penstock {

// Parses NAME=VALUE or NAME:TYPE=VALUE, where NAME is a word of letters, digits and '_'. Without a
// type the value has the one that a column of a text with this one value would have (TypeGuess in
// text/csv/inference.h). Throws a usage Error for other text and for an unknown type.
Parameter parse_parameter(const std::string& text);

// Returns the option that parse_parameter() reads.
GivenOption set_option(const Parameter& parameter);

}  // namespace penstock
