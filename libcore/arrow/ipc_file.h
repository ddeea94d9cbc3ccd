// Arrow files that can be sought: the footer, and the messages at the places that it names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "libcore/arrow/message.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// The bytes at the beginning (padded to 8 bytes) and at the end of a file.
inline constexpr char kFileMagic[] = {'A', 'R', 'R', 'O', 'W', '1'};
inline constexpr int64_t kFileMagicBytes = 6;
inline constexpr int64_t kFileHeaderBytes = 8;

// Reads the footer of a file. Empty when the file does not end with one, because it was cut. Throws
// Error when the footer is damaged. REQUIRES source.size().
std::optional<FooterMetadata> read_footer(const ByteSource& source);

// Finds the footer in `tail`, bytes of a file that begin at or before the footer and end with the
// file. Empty when there is none.
std::optional<FooterMetadata> find_footer(std::span<const uint8_t> tail);

// Reads the metadata of the message at `block`. Throws Error when it lies outside of the file, or
// when it is not what the footer says.
MessageMetadata read_block_metadata(const ByteSource& source, const FileBlock& block);

// Reads the message's body: only `ranges` (ascending) and the gaps between near ones; all other
// bytes are undefined. Throws Error when the file has fewer bytes.
Buffer read_block_body(const ByteSource& source, const FileBlock& block,
                       std::span<const BufferRange> ranges);

}  // namespace penstock
