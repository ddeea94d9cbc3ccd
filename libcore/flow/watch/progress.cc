#include "libcore/flow/watch/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
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
  int64_t bytes_in = 0;
};

void add(WorkerRows& worker, int64_t stage, const MovedRows& moved) {
  if (worker.first_stage == 0 || stage < worker.first_stage) {
    worker.first_stage = stage;
    worker.rows_in = moved.rows_in;
    worker.bytes_in = moved.bytes_in;
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
    sum.bytes_in += worker.bytes_in;
    most = std::max(most, worker.rows_in);
  }
  if (sum.rows_in > 0) {
    sum.skew = static_cast<double>(most) * static_cast<double>(sum.workers) /
               static_cast<double>(sum.rows_in);
  }
  return sum;
}

// More than the longest run.
constexpr double kMostSeconds = 359'999;

// What a line says, in its order.
enum Cell : size_t {
  kFragment,
  kRead,
  kLeft,
  kWorkers,
  kRowsIn,
  kRowsOut,
  kBytes,
  kRate,
  kBusiest
};
constexpr size_t kCells = kBusiest + 1;
using Cells = std::array<std::string, kCells>;
using CellSet = std::array<bool, kCells>;

// Without an input whose size is known.
constexpr CellSet kLineCells{true, false, false, true, true, true, true, true, true};
// By how much they matter; the first always have room.
constexpr std::array<Cell, kCells> kDrawnCells{kFragment, kRead,  kLeft,    kRowsIn, kRowsOut,
                                               kRate,     kBytes, kWorkers, kBusiest};
constexpr size_t kLeastCells = 3;

CellSet shown_cells(size_t count) {
  CellSet shown{};
  for (size_t i = 0; i < count; ++i)
    shown[kDrawnCells[i]] = true;
  return shown;
}

std::string joined(const Cells& cells, const CellSet& shown) {
  std::string line;
  for (size_t i = 0; i < kCells; ++i) {
    if (shown[i]) line += cells[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// Each cell is as wide in all lines.
Cells cells_of(const FragmentProgress& each, std::chrono::duration<double> elapsed) {
  const auto rows_in = static_cast<double>(each.rows_in);
  const double seconds = std::max(elapsed.count(), 1e-3);
  const std::string workers =
      fmt::format("{} worker{}", each.workers, each.workers == 1 ? "" : "s");
  Cells cells;
  cells[kFragment] = fmt::format("fragment {:<2}", each.fragment);
  cells[kWorkers] = fmt::format(" {:>11}", workers);
  cells[kRowsIn] = fmt::format("  {:>5} rows in", short_count(rows_in));
  cells[kRowsOut] = fmt::format("  {:>5} out", short_count(static_cast<double>(each.rows_out)));
  cells[kBytes] = fmt::format("  {:>5}B", short_count(static_cast<double>(each.bytes_out)));
  cells[kRate] = fmt::format("  {:>5} rows/s", short_count(rows_in / seconds));
  if (each.workers > 1) cells[kBusiest] = fmt::format("  busiest {:.2f} x mean", each.skew);
  return cells;
}

// Adds how much of the input is read.
void add_input(Cells& cells, const FragmentProgress& fragment, const FlowProgress& progress) {
  std::string read;
  std::string left;
  if (std::optional<double> fraction = fraction_read(fragment)) {
    // The end is when the processes have ended, whatever they read: a head leaves a rest.
    if (progress.ended) fraction = 1;
    read = fmt::format("{}%", std::floor(*fraction * 100));
    if (progress.ended) {
      left = "in " + short_time(std::chrono::round<std::chrono::seconds>(progress.elapsed));
    } else if (auto time = time_left(*fraction, progress.elapsed)) {
      left = short_time(*time) + " left";
    }
  }
  cells[kRead] = fmt::format("  {:>4}", read);
  cells[kLeft] = fmt::format("  {:>12}", left);
}

}  // namespace

std::vector<FragmentProgress> progress_of(const std::vector<Job>& jobs,
                                          std::span<const MovedRows> moved,
                                          const std::map<int64_t, int64_t>& inputs) {
  std::map<int64_t, std::map<int64_t, WorkerRows>> fragments;
  for (size_t i = 0; i < jobs.size(); ++i) {
    WorkerRows& worker = fragments[jobs[i].fragment][jobs[i].worker];
    if (jobs[i].is_tool) add(worker, jobs[i].stage, moved[i]);
  }
  std::vector<FragmentProgress> sums;
  for (const auto& [fragment, workers] : fragments) {
    sums.push_back(sum_of(fragment, workers));
    if (auto input = inputs.find(fragment); input != inputs.end()) {
      sums.back().input_bytes = input->second;
    }
  }
  return sums;
}

bool may_have_written(const std::vector<Job>& jobs, std::span<const MovedRows> moved) {
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].reader >= 0 || jobs[i].has_more_readers || jobs[i].writes_files) continue;
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

std::optional<double> fraction_read(const FragmentProgress& fragment) {
  if (fragment.input_bytes <= 0) return std::nullopt;
  // Samples from which types are guessed are read twice.
  return std::min(
      1.0, static_cast<double>(fragment.bytes_in) / static_cast<double>(fragment.input_bytes));
}

std::optional<std::chrono::seconds> time_left(double fraction,
                                              std::chrono::duration<double> elapsed) {
  if (fraction <= 0 || fraction >= 1) return std::nullopt;
  const double left = std::ceil(elapsed.count() * (1 - fraction) / fraction);
  return std::chrono::seconds(static_cast<int64_t>(std::min(left, kMostSeconds)));
}

std::string short_time(std::chrono::seconds time) {
  const int64_t seconds = time.count();
  const int64_t minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

std::vector<std::string> progress_lines(const std::vector<FragmentProgress>& fragments,
                                        std::chrono::duration<double> elapsed) {
  std::vector<std::string> lines;
  for (const FragmentProgress& each : fragments)
    lines.push_back(joined(cells_of(each, elapsed), kLineCells));
  return lines;
}

std::vector<std::string> drawn_lines(const FlowProgress& progress, int64_t width) {
  std::vector<Cells> lines;
  const bool has_inputs =
      std::any_of(progress.fragments.begin(), progress.fragments.end(),
                  [](const FragmentProgress& each) { return fraction_read(each).has_value(); });
  for (const FragmentProgress& each : progress.fragments) {
    lines.push_back(cells_of(each, progress.elapsed));
    if (has_inputs) add_input(lines.back(), each, progress);
  }
  size_t shown = kDrawnCells.size();
  auto is_too_wide = [&](const Cells& cells) {
    return std::ssize(joined(cells, shown_cells(shown))) > width;
  };
  while (shown > kLeastCells && std::any_of(lines.begin(), lines.end(), is_too_wide))
    --shown;
  std::vector<std::string> drawn;
  for (const Cells& cells : lines)
    drawn.push_back(joined(cells, shown_cells(shown)));
  return drawn;
}

}  // namespace penstock
