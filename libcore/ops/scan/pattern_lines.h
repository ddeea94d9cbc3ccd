// Lines whose fields are the named groups of a regular expression: --pattern.
#pragma once

#include <string>

#include "libcore/text/lines/splitter.h"

namespace penstock {

// A group that took no part in the match, or matched nothing, is null. Lines that do not match have
// a fault. Throws a usage Error as LinePattern::compile() does.
LineSplitterPtr make_pattern_splitter(const std::string& pattern);

}  // namespace penstock
