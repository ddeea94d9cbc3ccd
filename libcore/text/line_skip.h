// Passes over lines at the beginning of a text, whatever they hold.
#pragma once

#include <cstdint>

#include "libcore/os/byte_source.h"

namespace penstock {

struct SkippedLines {
  int64_t bytes = 0;
  int64_t lines = 0;
};

// Reads `lines` lines from the source and returns them with their line ends; or all that it has. A
// last line without a line end counts. `returns`: a '\r' by itself ends a line too. Of a pipe, no
// byte after these lines is waited for, unless it decides where the last one ends. Throws the
// source's Errors.
SkippedLines skip_lines(PeekableSource& source, int64_t lines, bool returns);

}  // namespace penstock
