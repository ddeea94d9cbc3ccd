// What the files that a scan reads are, as far as a plan depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/planned_files.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct ScanFiles {
  // Why they cannot be read in parts ("f.csv.gz is compressed"); empty when they can.
  std::string obstacle;
  bool is_text = false;  // at least one is
  std::vector<PlannedFile> files;
  std::vector<int64_t> sizes;  // of each, in bytes
  int64_t bytes = 0;           // of all
};

// Whether the operand is the name of a descriptor of the process that opens it, as /dev/stdin is
// and whatever links to it: to another process it is something else.
bool is_descriptor(const std::string& operand);

// Looks at each operand: whether it is a file that can be sought, uncompressed, text (of
// JSON: with a record a line) or Arrow's file format. Throws nothing: what cannot be opened is an
// obstacle, and left to the scan to tell. `format` is what --from says, empty for what each file
// shows.
ScanFiles look_at_files(const std::vector<std::string>& operands,
                        const std::optional<Format>& format);

// Into how many chunks these files are cut for so many workers, and why, for people.
int64_t chunk_count(const ScanFiles& files, int64_t workers);
std::string chunks_reason(int64_t chunks);

// Whether the operand is a file that several processes can read, and how many bytes of rows it
// holds at most (a compressed one holds more than its size); -1 when it is not.
int64_t shareable_bytes(const std::string& operand);

}  // namespace penstock
