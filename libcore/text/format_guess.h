// Which text an input is, where nobody says it.
#pragma once

#include <string>

#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

// By the suffix of `path`; where that says nothing, JSON when the text begins as JSON records do,
// with '{' or with '[' and then '{' or ']', blanks and a byte-order mark apart; else CSV. Peeks.
Format guess_text_format(const std::string& path, PeekableSource& source);

}  // namespace penstock
