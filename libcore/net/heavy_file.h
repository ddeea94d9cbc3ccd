// The file through which one exchange passes the heavy keys of a join's first input to the exchange
// of its second (PROTOCOL.md, "Heavy keys").
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Writes the result of choose_splitters() to the file, which appears when it is complete. Returns a
// line about it for people, empty when no key is heavy. Throws Error when the file cannot be
// written.
std::string leave_heavy_keys(const std::string& path, const std::string& splitters);

// Waits for the file and returns the hashes of the keys, ascending. The file appears when enough of
// the first input has been seen. Throws Error when it does not appear within `timeout`, and when it
// is damaged.
std::vector<uint64_t> await_heavy_keys(const std::string& path, std::chrono::milliseconds timeout);

}  // namespace penstock
