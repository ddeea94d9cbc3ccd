// Inputs that are something else than text in UTF-8 or Arrow, told by their first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libcore/base/error.h"

namespace penstock {

// What is looked at.
inline constexpr int64_t kForeignHeadBytes = 4096;

// What an input that begins with `head` is, when it is none of ours, and the command that helps, as
// in "is UTF-16 text (little-endian), not UTF-8; convert it with iconv -f UTF-16LE -t UTF-8": other
// encodings of text, with a byte-order mark or without, other compressions, archives, and files of
// other programs. Empty for all else. `head` has the first kForeignHeadBytes, fewer only when there
// are no more.
std::optional<std::string> foreign_format(std::span<const uint8_t> head);

}  // namespace penstock
