// The limits of detached runs, as RUNS.md has them.
#pragma once

#include <chrono>
#include <cstdint>

namespace penstock {

// Folders of runs: users must be able to overlook them, and a script that forgets to forget must
// not fill the disk with them.
inline constexpr int64_t kMaxRuns = 1000;

// What is kept of a run's standard error: a stage that complains of each of its rows must not fill
// the disk.
inline constexpr int64_t kMaxRunMessageBytes = int64_t{4} << 20;

// Of the message with which a run failed, which stands in a JSON file.
inline constexpr int64_t kMaxRunFailureBytes = int64_t{64} << 10;

// How long an ended run is kept.
inline constexpr std::chrono::hours kRunIsKept{30 * 24};

// What a manager is given to end a flow after TERM: more than hosts that fall silent need.
inline constexpr std::chrono::seconds kCancelPause{30};

}  // namespace penstock
