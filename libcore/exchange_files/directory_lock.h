// Keeps two runs from one directory.
#pragma once

#include <string>

#include "libcore/os/descriptor.h"

namespace penstock {

// The name of the file that is locked.
inline constexpr char kDirectoryLock[] = "lock";

// Locks the directory as long as the result is open. One that another process has is waited for,
// for up to two seconds: the processes of a run that was killed have it until they have ended.
// Throws Error when another run has it then, with `name`, what people call the directory, and when
// the file cannot be made.
Descriptor lock_directory(const std::string& path, const std::string& name);

}  // namespace penstock
