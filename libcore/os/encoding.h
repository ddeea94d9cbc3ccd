// Text in other encodings than UTF-8, decoded while it is read. The one place that calls iconv.
#pragma once

#include <string>
#include <string_view>

#include "libcore/os/byte_source.h"

namespace penstock {

// Returns whether iconv can decode text in the encoding of this name ("latin1", "UTF-16LE").
bool is_known_encoding(const std::string& name);

// Returns whether the name is one of UTF-8.
bool is_utf8_name(std::string_view name);

// Returns "UTF-16" or "UTF-32" for text that begins with the byte-order mark of one; empty for all
// other text. Four bytes of it decide.
std::string_view encoding_of_mark(std::string_view head);

// Returns a source of the same text in UTF-8. It has the name of `source`, cannot be sought, and is
// a pipe where `source` is one. A byte-order mark of UTF-16 or UTF-32 says in which order the bytes
// are, and is left out.
//
// Its read() throws Error "NAME:LINE: …" at bytes that are not text in the encoding, after all text
// before them was read. REQUIRES is_known_encoding(encoding).
ByteSourcePtr decoded_source(ByteSourcePtr source, const std::string& encoding);

}  // namespace penstock
