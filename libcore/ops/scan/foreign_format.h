// Recognizes inputs that are neither UTF-8 text nor Arrow by their first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libcore/base/error.h"

namespace penstock {

// The number of bytes that are looked at.
inline constexpr int64_t kForeignHeadBytes = 4096;

// Returns what an input that begins with `head` is, and the command that converts it, as in "is
// UTF-16 text (little-endian), not UTF-8; use --encoding UTF-16LE". Recognizes
// other encodings of text (with or without a byte-order mark), other kinds of compression,
// archives, and files of other programs. Empty for all other inputs. `head` must have the first
// kForeignHeadBytes, or all bytes of a shorter input.
std::optional<std::string> foreign_format(std::span<const uint8_t> head);

}  // namespace penstock
