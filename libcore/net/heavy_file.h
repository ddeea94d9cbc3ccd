// Where one exchange leaves the heavy keys of a join's first input for the exchange of its second
// (PROTOCOL.md, "Heavy keys").
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

// Leaves what choose_splitters() gave in the file, which appears whole. Returns a line on it for
// people, empty when no key is heavy. Throws Error when it cannot be written.
std::string leave_heavy_keys(const std::string& path, const std::string& splitters);

// Waits for the file and gives the keys' hashes, ascending. It comes when enough of the first input
// has been seen. Throws Error when it does not come for `timeout`, and when it is something else.
std::vector<uint64_t> await_heavy_keys(const std::string& path, std::chrono::milliseconds timeout);

}  // namespace penstock
