#include "libcore/flow/watch/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <variant>

namespace penstock {
namespace {

// What is known of one worker while it is summed up.
struct WorkerRows {
  int64_t first_stage = 0;  // 0 before any was seen
  int64_t last_stage = 0;
  int64_t rows_in = 0;
  int64_t rows_out = 0;
  int64_t bytes_out = 0;
};

void add(WorkerRows& worker, int64_t stage, const MovedRows& moved) {
  if (worker.first_stage == 0 || stage < worker.first_stage) {
    worker.first_stage = stage;
    worker.rows_in = moved.rows_in;
  }
  if (stage < worker.last_stage) return;
  worker.last_stage = stage;
  worker.rows_out = moved.rows_out;
  worker.bytes_out = moved.bytes_out;
}

FragmentProgress sum_of(int64_t fragment, const std::map<int64_t, WorkerRows>& workers) {
  FragmentProgress sum;
  sum.fragment = fragment;
  sum.workers = std::ssize(workers);
  int64_t most = 0;
  for (const auto& [number, worker] : workers) {
    sum.rows_in += worker.rows_in;
    sum.rows_out += worker.rows_out;
    sum.bytes_out += worker.bytes_out;
    most = std::max(most, worker.rows_in);
  }
  if (sum.rows_in > 0) {
    sum.skew = static_cast<double>(most) * static_cast<double>(sum.workers) /
               static_cast<double>(sum.rows_in);
  }
  return sum;
}

}  // namespace

std::vector<FragmentProgress> progress_of(const std::vector<Job>& jobs,
                                          std::span<const MovedRows> moved) {
  std::map<int64_t, std::map<int64_t, WorkerRows>> fragments;
  for (size_t i = 0; i < jobs.size(); ++i) {
    WorkerRows& worker = fragments[jobs[i].fragment][jobs[i].worker];
    if (jobs[i].is_tool) add(worker, jobs[i].stage, moved[i]);
  }
  std::vector<FragmentProgress> sums;
  for (const auto& [fragment, workers] : fragments)
    sums.push_back(sum_of(fragment, workers));
  return sums;
}

bool may_have_written(const std::vector<Job>& jobs, std::span<const MovedRows> moved) {
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].reader >= 0 || jobs[i].has_more_readers) continue;
    if (!jobs[i].is_tool || moved[i].bytes_out > 0) return true;
  }
  return false;
}

void ProgressWatcher::see(const FlowEvent& event) {
  if (std::holds_alternative<StepBegan>(event.what)) {
    began_ = event.at;
  } else if (const auto* moved = std::get_if<StepMoved>(&event.what)) {
    listener_({moved->fragments, event.at - began_, moved->output_began, false});
  } else if (const auto* ended = std::get_if<StepEnded>(&event.what)) {
    listener_({ended->fragments, event.at - began_, ended->output_began, true});
  }
}

std::string short_count(double count) {
  constexpr std::array<const char*, 5> kUnits{"", "k", "M", "G", "T"};
  size_t unit = 0;
  // What three digits would show as 1000 belongs to the next unit.
  while (count >= 999.5 && unit + 1 < kUnits.size()) {
    count /= 1000;
    ++unit;
  }
  int decimals = unit == 0 || count >= 99.95 ? 0 : count >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", count, decimals, kUnits[unit]);
}

std::vector<std::string> progress_lines(const std::vector<FragmentProgress>& fragments,
                                        std::chrono::duration<double> elapsed) {
  double seconds = std::max(elapsed.count(), 1e-3);
  std::vector<std::string> lines;
  for (const FragmentProgress& each : fragments) {
    auto rows_in = static_cast<double>(each.rows_in);
    std::string workers = fmt::format("{} worker{}", each.workers, each.workers == 1 ? "" : "s");
    lines.push_back(fmt::format(
        "fragment {:<2} {:>11}  {:>5} rows in  {:>5} out  {:>5}B  {:>5} rows/s", each.fragment,
        workers, short_count(rows_in), short_count(static_cast<double>(each.rows_out)),
        short_count(static_cast<double>(each.bytes_out)), short_count(rows_in / seconds)));
    if (each.workers > 1) {
      lines.back() += fmt::format("  busiest {:.2f} x mean", each.skew);
    }
  }
  return lines;
}

}  // namespace penstock
