// The one file that a task leaves whose output is bytes and not partitions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "libcore/exchange_files/list_text.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Returns the path of the file in a folder: of an attempt, or that of a run for a statement that is
// not over files.
std::string output_path(const std::string& folder);

// Makes the file in a folder. Throws Error.
Descriptor create_output(const std::string& folder);

// Is called with each megabyte that is read, for work that must not wait for the end of a large
// file.
using OnPiece = std::function<void()>;

// Returns what a list states of a file that has so many rows. Throws Error when it cannot be read.
FileFacts sum_file(const std::string& path, int64_t rows, const OnPiece& on_piece = {});

// An attempt has ended well: lists the file in its folder, as a writer of partitions lists its own.
// Throws Error when the file cannot be read, or the list not be written.
void list_output(const std::string& folder, const OnPiece& on_piece = {});

}  // namespace penstock
