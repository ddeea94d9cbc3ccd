// Texts in another letter case, by Unicode's simple mappings (base/unicode.h).
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// REQUIRES valid UTF-8. Appends `text` in lower or upper case.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);
// The first letter of each word in upper case, the rest in lower.
void append_initcap(std::string& out, std::string_view text);

// Whether two names differ in the case of ASCII letters at most, as SQL's unquoted names may.
bool equal_but_for_case(std::string_view a, std::string_view b);

}  // namespace penstock
