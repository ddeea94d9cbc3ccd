#include "libcore/expr/window/functions.h"

namespace penstock {
namespace {

constexpr WindowFunction kFunctions[] = {
    {"row_number", "() -> int64", "the number of the row in its partition, from 1", "",
     "row_number() over (order by x) of x: 20, 10, 10 → 3, 1, 2", WindowKind::kRowNumber},
    {"rank", "() -> int64", "1 and the number of rows that come before all peers of the row", "",
     "rank() over (order by x) of x: 20, 10, 10 → 3, 1, 1", WindowKind::kRank},
    {"dense_rank", "() -> int64", "the number of the row's group of peers, from 1", "",
     "dense_rank() over (order by x) of x: 20, 10, 10 → 2, 1, 1", WindowKind::kDenseRank},
    {"percent_rank", "() -> float64",
     "(rank - 1) / (rows of the partition - 1); 0 in a partition of one row", "",
     "percent_rank() over (order by x) of x: 20, 10, 10 → 1, 0, 0", WindowKind::kPercentRank},
    {"cume_dist", "() -> float64", "the part of the partition's rows up to the last peer", "",
     "cume_dist() over (order by x) of x: 30, 10, 10, 20 → 1, 0.5, 0.5, 0.75",
     WindowKind::kCumulativeDistribution},
    {"ntile", "(int64) -> int64",
     "the number of the row's part, when the partition is divided into that many parts of sizes "
     "that differ by at most 1",
     "a null number gives null", "ntile(2) over (order by x) of x: 3, 1, 2 → 2, 1, 1",
     WindowKind::kBuckets},
    {"lag", "(any[, int64[, any]]) -> any",
     "the value in the row that comes that many rows (1) before; else the last argument, or null",
     "a null value is a value; a null number gives null",
     "lag(x) over (order by x) of x: 20, 10, 30 → 10, null, 20", WindowKind::kBefore},
    {"lead", "(any[, int64[, any]]) -> any",
     "the value in the row that comes that many rows (1) after; else the last argument, or null",
     "a null value is a value; a null number gives null",
     "lead(x, 1, 0) over (order by x) of x: 20, 10, 30 → 30, 20, 0", WindowKind::kAfter},
    {"first_value", "(any) -> any", "the value in the first row of the frame",
     "a null value is a value", "first_value(x) over (order by x) of x: 20, 10, 30 → 10, 10, 10",
     WindowKind::kFirstValue},
    {"last_value", "(any) -> any", "the value in the last row of the frame",
     "a null value is a value", "last_value(x) over (order by x) of x: 20, 10, 10 → 20, 10, 10",
     WindowKind::kLastValue},
    {"nth_value", "(any, int64) -> any", "the value in that row of the frame, counted from 1",
     "a null value is a value; a null number gives null",
     "nth_value(x, 2) over (order by x) of x: 20, 10, 30 → 20, null, 20", WindowKind::kNthValue},
};

}  // namespace

std::span<const WindowFunction> window_functions() {
  return kFunctions;
}

const WindowFunction* find_window_function(std::string_view name) {
  for (const WindowFunction& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace penstock
