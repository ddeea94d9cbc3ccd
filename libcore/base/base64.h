// Bytes as text, in base64 (RFC 4648).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock {

// Appends the text of the bytes to `out`, with a line end after each `line` characters, but not at
// the end; without any for 0. REQUIRES a multiple of 4.
void append_base64(std::string& out, std::string_view bytes, size_t line = 0);

// Appends the bytes of a text to `out`. Blanks and line ends may stand anywhere. Returns false for
// what is not base64; then `out` has some of the bytes.
bool append_from_base64(std::string& out, std::string_view text);

}  // namespace penstock
