// Binary as text: the form in which CSV, TSV, tables and casts have it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

// Reads \x and two hex digits a byte, as append_text() writes; text that does not begin with \x is
// its very bytes. Writes to `out`, which has room for text.size() bytes and may be where the text
// lies, and returns how many bytes there are; empty when something else follows the \x.
std::optional<int64_t> read_binary_text(std::string_view text, uint8_t* out);

}  // namespace penstock
