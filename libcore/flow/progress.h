// How far a flow is, by fragment: rows, bytes, rate and skew.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/flow/supervisor.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// The sums of a fragment's workers. Of programs that are none of the family nothing is known, and
// nothing counted.
struct FragmentProgress {
  int64_t fragment = 1;
  int64_t workers = 1;
  int64_t rows_in = 0;    // that its first stages have read
  int64_t rows_out = 0;   // that its last stages have written or sent
  int64_t bytes_out = 0;  // of these, as written to a pipe or file; what is sent counts before
  // Rows in of the worker that has most, to their mean: 1.0 when all have alike, or none any.
  double skew = 1.0;
};

// The fragments of `jobs` by their numbers; line i of `counts` is of job i.
std::vector<FragmentProgress> progress_of(const std::vector<Job>& jobs, const RunCounts& counts);

// A line a fragment, aligned, without newlines:
//   "fragment 1    2 workers  6.00M rows in   114k out  2.31MB  2.20M rows/s  busiest 1.04 x mean"
// The rate is of rows in, over `elapsed`. The busiest is told where there are several workers.
std::vector<std::string> progress_lines(const std::vector<FragmentProgress>& fragments,
                                        std::chrono::duration<double> elapsed);

// Three digits and a unit: 999, 1.00k, 23.4M.
std::string short_count(double count);

}  // namespace penstock
