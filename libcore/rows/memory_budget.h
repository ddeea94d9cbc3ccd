// How much memory an operator that holds rows may use before it spills (-S), and where it spills to
// (-T).
//
// The promise: peak RSS of a tool stays within 1.1 times its budget, two batches of its input or
// output, and a base, whatever the shape of its rows. The base is the memory that the tool needs
// however little it holds: 24 MiB for the program, the stacks of its threads and the reading and
// writing of streams, and 8 KiB for each column of its inputs and outputs. (A column of a batch
// takes about half a KiB however few its rows are, and some batches are in use at the same time.)
// The result of one group (string_agg, array_agg), and all values of one group for mode,
// percentile_disc and ordered string_agg, come on top, up to four times.
//
// So each operator
//   - counts bytes, never rows, and what a batch's columns take besides their values
//     (memory_bytes());
//   - charges everything that it holds for long by its real size: tables by their capacity, a
//     SpillSegment with 16 bytes for each block, and a copy of the columns that it keeps when
//     these are few of their batch (held_alone());
//   - plans the memory that it needs while it works (a copy while sorting, blocks of a SpillWriter
//     for each partition, some batches of each run that it merges) out of the same budget, so that
//     it starts to spill when the rows that it holds reach a share of it: kHeldShare by default;
//   - limits what it makes at once: batches of output by kBatchBytes, batches of a run by a share
//     of the budget, and the number of runs to merge or partitions to write by the size of their
//     batches;
//   - never waits for memory: it still processes a row that is larger than the budget.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace penstock {

// Limits of -S, in bytes. Less could not hold the blocks of a spill file.
inline constexpr int64_t kLeastMemory = int64_t{64} << 10;
inline constexpr int64_t kMostMemory = int64_t{1} << 50;

// The environment variable that sets the default of -S for all tools that have the option; pflow -S
// sets it.
inline constexpr char kMemoryVariable[] = "PENSTOCK_MEMORY";

// Returns the memory in bytes to use without -S: the value of the variable, or else a quarter of
// physical memory, at least 256 MiB (or all memory, if it is less) and at most 4 GiB, because a
// pipeline has several such tools and more memory gains little. Throws a usage Error when the
// variable is not a size.
int64_t default_memory();

// Parses "64K", "1M", "512M", "4G", "1T", or bytes without a letter; letters are powers of 1024 and
// may be lower case. Throws a usage Error for anything else, and for sizes outside of the limits
// above.
int64_t parse_memory(std::string_view text);

// Options of operators that spill; -S and -T.
struct SpillOptions {
  int64_t memory = default_memory();
  std::string directory;  // if empty, the default of SpillFile
  // Sorts and aggregations call it once, when they spill; for -v.
  std::function<void(const std::string&)> tell = {};
};

// Counts the bytes that one operator holds. Not thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t bytes) : limit_(bytes) {}

  int64_t limit() const { return limit_; }
  int64_t used() const { return used_; }
  // REQUIRES bytes >= 0.
  void charge(int64_t bytes) { used_ += bytes; }
  // REQUIRES no more than is charged.
  void release(int64_t bytes) { used_ -= bytes; }
  // Returns whether `more` bytes may be held too, if only `share` of the budget is for holding.
  bool fits(int64_t more, double share = 1.0) const {
    return used_ + more <= static_cast<int64_t>(static_cast<double>(limit_) * share);
  }

 private:
  int64_t limit_;
  int64_t used_ = 0;
};

// The share of a budget for rows that wait; the rest is for working on them.
inline constexpr double kHeldShare = 0.5;

}  // namespace penstock
