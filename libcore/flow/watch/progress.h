// How far a flow is, by fragment: rows, bytes, rate and skew.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/watch/events.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// How far the run is with the processes that run side by side now: a statement's, or those of a
// `<( … )` before it that every worker reads.
struct FlowProgress {
  std::vector<FragmentProgress> fragments;
  std::chrono::duration<double> elapsed{0};
  bool output_began = false;  // something may have been written to standard output
  bool ended = false;         // all went well: these are the last figures
};

// Hands the figures of a run to a function, with the time since the processes that run began.
class ProgressWatcher final : public Watcher {
 public:
  explicit ProgressWatcher(std::function<void(const FlowProgress&)> listener)
      : listener_(std::move(listener)) {}

  void see(const FlowEvent& event) override;

 private:
  std::function<void(const FlowProgress&)> listener_;
  FlowTime began_;
};

// The fragments of `jobs` by their numbers; `moved` is what each of them has moved. `inputs` has
// the sizes of the inputs that are known, in bytes, by the fragments that read them.
std::vector<FragmentProgress> progress_of(const std::vector<Job>& jobs,
                                          std::span<const MovedRows> moved,
                                          const std::map<int64_t, int64_t>& inputs);

// A line a fragment, aligned, without newlines:
//   "fragment 1    2 workers  6.00M rows in   114k out  2.31MB  2.20M rows/s  busiest 1.04 x mean"
// The rate is of rows in, over `elapsed`. Where there are several workers it names the busiest.
std::vector<std::string> progress_lines(const std::vector<FragmentProgress>& fragments,
                                        std::chrono::duration<double> elapsed);

// How much of its input a fragment has read, 0 to 1; empty when the input's size is not known.
std::optional<double> fraction_read(const FragmentProgress& fragment);

// How long the rest of the input takes if it is read as fast as what was read in `elapsed`; empty
// when nothing was, and when nothing is left.
std::optional<std::chrono::seconds> time_left(double fraction,
                                              std::chrono::duration<double> elapsed);

// "0:07", "12:30" or "1:02:03".
std::string short_time(std::chrono::seconds time);

// The lines of progress_lines() for a terminal that is `width` columns wide, with how much of each
// known input is read, and the time left:
//   "fragment 1    45%     0:12 left  6.00M rows in   114k out  2.31MB  2.20M rows/s"
// At the end it is 100% and the time that all took. What does not fit is left out in all lines:
// first the busiest worker, then workers, bytes, the rate, and the rows.
std::vector<std::string> drawn_lines(const FlowProgress& progress, int64_t width);

// Returns whether a job that writes to the flow's own output has begun to. A program outside the
// family may have at any time.
bool may_have_written(const std::vector<Job>& jobs, std::span<const MovedRows> moved);

// Three digits and a unit: 999, 1.00k, 23.4M.
std::string short_count(double count);

}  // namespace penstock
