// How much memory an operator that must hold rows may take before it spills (-S), and where it
// spills to (-T).
//
// The promise: peak RSS of a tool stays within 1.1 times its budget, two batches of its input or
// output, and a base, whatever the shape of rows. The base is what the tool takes however little it
// holds: 24 MiB for the program, its threads' stacks and the reading and writing of streams, and
// 8 KiB for each column of its inputs and outputs, for a column of a batch takes about half a KiB
// however few its rows are, and some batches are at work at the same time. What the result of one
// group takes (string_agg, array_agg), and all values of the one group for mode, percentile_disc
// and ordered string_agg, come on top, up to four times.
//
// So each operator
//   - counts bytes, never rows, and a batch's columns besides their values (memory_bytes());
//   - charges what it holds for long by its real size, tables with their capacity, 16 bytes a block
//     of a SpillSegment; of a batch of which it holds few columns, a copy (held_alone());
//   - plans for what it takes while it works (a copy while sorting, blocks of a SpillWriter for
//     each partition, some batches of each run that it merges) out of the same budget, so that it
//     starts to spill when what it holds reaches a share of it: kHeldShare unless it knows better;
//   - bounds what it makes at once: batches of output by kBatchBytes, those of a run by a share of
//     the budget, the number of runs that it merges or partitions it deals out to by how large
//     their batches are;
//   - never waits for memory: a row that is larger than the budget is still worked on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace penstock {

// Limits of -S. Less could not hold the blocks of a spill file.
inline constexpr int64_t kLeastMemory = int64_t{64} << 10;
inline constexpr int64_t kMostMemory = int64_t{1} << 50;

// The environment's word on -S for all tools that have it; pflow -S sets it.
inline constexpr char kMemoryVariable[] = "PENSTOCK_MEMORY";

// What is taken when -S is not given: what the variable says, else a quarter of physical memory, at
// least 256 MiB (or all there is, when less), at most 4 GiB: a pipeline has several such tools, and
// more gains little. Throws a usage Error when the variable says no size.
int64_t default_memory();

// "64K", "1M", "512M", "4G", "1T", or bytes without a letter; letters are powers of 1024, small
// ones count too. Throws a usage Error for anything else and for sizes outside of the limits above.
int64_t parse_memory(std::string_view text);

// Options of operators that spill; -S and -T.
struct SpillOptions {
  int64_t memory = default_memory();
  std::string directory;  // empty: as SpillFile says
  // Sorts and aggregations tell it, once, that they spill; for -v.
  std::function<void(const std::string&)> tell = {};
};

// The count of what one operator holds. Not thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t bytes) : limit_(bytes) {}

  int64_t limit() const { return limit_; }
  int64_t used() const { return used_; }
  // REQUIRES bytes >= 0.
  void charge(int64_t bytes) { used_ += bytes; }
  // REQUIRES no more than was charged.
  void release(int64_t bytes) { used_ -= bytes; }
  // Whether `more` bytes may be held as well when only `share` of the budget is for holding.
  bool fits(int64_t more, double share = 1.0) const {
    return used_ + more <= static_cast<int64_t>(static_cast<double>(limit_) * share);
  }

 private:
  int64_t limit_;
  int64_t used_ = 0;
};

// The part of a budget that rows which wait to be worked on may take: the rest is for working.
inline constexpr double kHeldShare = 0.5;

}  // namespace penstock
