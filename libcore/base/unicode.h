// What Unicode says of single characters, by one version of it (utf8proc's tables): letter case,
// words, and columns of a terminal. REQUIRES in all of it a code point of valid UTF-8. Throws Error
// when this machine does not have utf8proc's library, which is loaded when it is first needed.
#pragma once

#include <cstdint>
#include <string>

namespace penstock {

// Loads the library now.
void load_unicode_library();

// Unicode's simple mappings: one character gives one. 'ß' has none to upper case and stays. A
// character without case is returned as it is.
uint32_t to_lower(uint32_t code_point);
uint32_t to_upper(uint32_t code_point);

// Whether a character goes on with a word, as initcap understands it: letters, digits, the vowel
// signs that are written as marks of their own, and other characters that have a case ('ⓐ').
// Accents that combine with the letter before them end a word, as they do in PostgreSQL.
bool is_word_character(uint32_t code_point);

// Appends the character without its accents ('é' is 'e'), letters with strokes as plain ones ('ł'
// is 'l'), and joined ones as several ('æ' is "ae", 'ß' is "ss"). Accents by themselves are left
// out.
void append_unaccented(std::string& out, uint32_t code_point);

// Columns of a terminal: 0 for combining marks, joiners and the Hangul vowels and finals that join
// the syllable before them, 2 for East Asian wide characters and emoji, else 1. Marks that take
// space of their own (Devanagari's 'ा') are 1, as terminals have them.
int character_width(uint32_t code_point);

}  // namespace penstock
