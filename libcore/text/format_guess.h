// Guesses the format of a text input that no option names.
#pragma once

#include <string>

#include "libcore/os/byte_source.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Returns the format of the suffix of `path`. Without a known suffix, returns JSON when the text
// begins as JSON records do: '{', or '[' followed by '{' or ']', ignoring blanks and a byte-order
// mark. Otherwise returns CSV. Peeks at the source.
Format guess_text_format(const std::string& path, PeekableSource& source);

}  // namespace penstock
