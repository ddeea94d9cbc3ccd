// Changes the letter case of texts, by Unicode's simple mappings (base/unicode.h).
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// Append `text` in lower or upper case. REQUIRES valid UTF-8.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);
// Appends `text` with the first letter of each word in upper case, the rest in lower.
void append_initcap(std::string& out, std::string_view text);

// Returns whether two names differ at most in the case of ASCII letters, as unquoted names of SQL
// may.
bool equal_but_for_case(std::string_view a, std::string_view b);

}  // namespace penstock
