// Binary values as text, in the form that CSV, TSV, tables and casts use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

// Reads the form that append_text() writes: \x and two hex digits for each byte. Text that does not
// begin with \x stands for its own bytes. Writes to `out`, which must have room for text.size()
// bytes and may be the memory of the text itself. Returns the number of bytes; empty when anything
// else follows the \x.
std::optional<int64_t> read_binary_text(std::string_view text, uint8_t* out);

}  // namespace penstock
