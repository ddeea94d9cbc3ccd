// Files without a name, which nothing leaves behind.
#pragma once

#include <string>

#include "libcore/os/descriptor.h"

namespace penstock {

// Returns `directory`, or, if that is empty, $TMPDIR, or else /tmp.
std::string temporary_directory(std::string directory);

// Creates a file without a name in a directory, open for reading and writing. Without a file, the
// result is empty and errno says why.
Descriptor open_unnamed_file(const std::string& directory);

}  // namespace penstock
