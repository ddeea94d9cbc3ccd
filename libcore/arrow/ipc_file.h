// Arrow files where they can be sought: the footer, and messages at the places that it names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "libcore/arrow/message.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// What a file begins with (padded to 8 bytes) and ends with.
inline constexpr char kFileMagic[] = {'A', 'R', 'R', 'O', 'W', '1'};
inline constexpr int64_t kFileMagicBytes = 6;
inline constexpr int64_t kFileHeaderBytes = 8;

// The footer of a file; empty when the file has no end to it (a cut one). Throws Error on a damaged
// one. REQUIRES source.size().
std::optional<FooterMetadata> read_footer(const ByteSource& source);

// The footer in `tail`, bytes of a file that begin at or before it and end with the file; empty
// when there is none.
std::optional<FooterMetadata> find_footer(std::span<const uint8_t> tail);

// The metadata of the message at `block`. Throws Error when it lies outside of the file or is not
// what the footer says.
MessageMetadata read_block_metadata(const ByteSource& source, const FileBlock& block);

// Its body. Only `ranges` (ascending) are read and what lies between near ones; the rest is
// undefined. Throws Error when the file has fewer bytes.
Buffer read_block_body(const ByteSource& source, const FileBlock& block,
                       std::span<const BufferRange> ranges);

}  // namespace penstock
