#include "libcore/flow/watch/report.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <tuple>
#include <utility>
#include <variant>

#include "libcore/flow/plan/explain.h"

namespace penstock {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

RunReport::RunReport(const std::string& path) : file_(open_sink(path)) {}

void RunReport::see(const FlowEvent& event) {
  if (std::holds_alternative<FlowBegan>(event.what)) began_ = event.at;
  double at = std::chrono::duration<double>(event.at - began_).count();
  std::visit([&](const auto& what) { note(at, what); }, event.what);
}

void RunReport::note(double, const FlowBegan& event) {
  story_.flow = event.text;
  story_.workers = event.workers;
}

void RunReport::note(double at, const ProcessStarted& event) {
  ProcessRecord process;
  process.fragment = event.job.fragment;
  process.worker = event.job.worker;
  process.stage = event.job.stage;
  for (const std::string& program : event.job.programs())
    process.programs += (process.programs.empty() ? "" : " | ") + program;
  process.host = event.host;
  process.pid = event.pid;
  process.began = at;
  process.is_counted = event.job.is_tool;
  story_.processes.push_back(std::move(process));
}

void RunReport::note(double at, const ProcessEnded& event) {
  std::vector<ProcessRecord>& processes = story_.processes;
  // From the end: a number may be given again to a later process.
  auto process =
      std::find_if(processes.rbegin(), processes.rend(), [&](const ProcessRecord& started) {
        return started.pid == event.pid && started.host == event.host;
      });
  if (process == processes.rend()) return;
  process->ended = at;
  process->cpu_seconds = seconds_of(event.used.ru_utime) + seconds_of(event.used.ru_stime);
  process->peak_bytes = int64_t{event.used.ru_maxrss} * 1024;
  process->moved = event.moved;
  bool is_bad = WIFSIGNALED(event.wait_status) ? WTERMSIG(event.wait_status) != SIGPIPE
                                               : WEXITSTATUS(event.wait_status) != 0;
  process->has_failed = is_bad && !event.is_ended_by_us;
}

void RunReport::note(double at, const TaskTriedAgain& event) {
  story_.again.push_back({at, event.first.fragment, event.first.worker, event.attempt, event.why});
}

void RunReport::note(double at, const FlowEnded& event) {
  // As rows pass them, whichever was started first.
  std::stable_sort(story_.processes.begin(), story_.processes.end(),
                   [](const auto& a, const auto& b) {
                     return std::tie(a.host, a.fragment, a.worker, a.stage) <
                            std::tie(b.host, b.fragment, b.worker, b.stage);
                   });
  story_.seconds = at;
  story_.outcome = event.outcome;
  story_.fragments = fragment_pictures(event.plans);
  file_->write(report_page(story_));
  file_->finish();
}

}  // namespace penstock
