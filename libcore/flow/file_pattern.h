// Patterns of file names, as the shell has them.
#pragma once

#include <string>
#include <vector>

namespace penstock {

// The most files that a pattern may name.
inline constexpr size_t kMaxPatternFiles = 100'000;

// Returns the files that match, as glob(3) finds them, in the order of the locale; none where none
// matches or the pattern is empty. Throws Error for more than kMaxPatternFiles.
std::vector<std::string> files_of_pattern(const std::string& pattern);

}  // namespace penstock
