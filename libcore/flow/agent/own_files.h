// Files of the host that an agent runs on, as a manager asks for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "libcore/flow/agent/messages.h"

namespace penstock {

// Looks at a file, which is refused unless it is a regular one: a FIFO would be waited for. The
// path is absolute. Throws nothing: what is wrong is in the answer.
SeenFile look_at_own_file(const std::string& path);

// Returns the files that the operand HOST:PATH means here: `path`, which begins in `folder` unless
// it is absolute, or in the user's home where it begins with "~/". It is that file if there is one;
// else the one whose name is the path and the suffix of a format, as on one host
// (ops/scan/operand_file.h); else, with one of * ? [ in it, all that match the pattern, by the
// order of their bytes. There are none when nothing matches a pattern, or more than kMaxFoundFiles
// do.
FilesFound find_own_files(const std::filesystem::path& folder, const std::string& path);

// Writes bytes of a file that is sent (PutPiece) below the run's folder. Throws Error when they do
// not follow what is there, and when they cannot be written.
void put_own_piece(const std::string& folder, const PutPiece& piece);

}  // namespace penstock
