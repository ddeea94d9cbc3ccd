// The table of window functions: functions that can only stand before `over (…)`. Aggregates can
// stand there too.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace penstock {

// What computes a window function; ops/window has it.
enum class WindowKind : uint8_t {
  kRowNumber,
  kRank,
  kDenseRank,
  kPercentRank,
  kCumulativeDistribution,
  kBuckets,
  kBefore,
  kAfter,
  kFirstValue,
  kLastValue,
  kNthValue,
};

struct WindowFunction {
  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  std::string_view nulls;  // what nulls do; empty where there are no arguments
  // "rank() over (order by x) of x: 1, 1, 3 → 1, 1, 3": a call, the values of the column, and the
  // result of each row.
  std::string_view example;
  WindowKind kind;
};

std::span<const WindowFunction> window_functions();

// Returns the row of the table; null when the name is not that of a window function. The row lives
// as long as the program.
const WindowFunction* find_window_function(std::string_view name);

}  // namespace penstock
