// Letters' case, by Unicode's simple mappings as the C library knows them (locale C.UTF-8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// REQUIRES valid UTF-8. Appends `text` in lower or upper case.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);

uint32_t to_lower(uint32_t code_point);
uint32_t to_upper(uint32_t code_point);
// Letters and digits: what initcap takes for a word.
bool is_word_character(uint32_t code_point);

// Whether two names differ in the case of ASCII letters at most, as SQL's unquoted names may.
bool equal_but_for_case(std::string_view a, std::string_view b);

}  // namespace penstock
