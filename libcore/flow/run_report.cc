#include "libcore/flow/run_report.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <tuple>
#include <utility>

#include "libcore/flow/explain.h"

namespace penstock {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

RunReport::RunReport(const std::string& path)
    : file_(open_sink(path)), began_(std::chrono::steady_clock::now()) {}

double RunReport::now() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

void RunReport::add(const JobEvent& event, const MovedRows& moved) {
  if (event.used == nullptr) {
    ProcessRecord process;
    process.fragment = event.job.fragment;
    process.worker = event.job.worker;
    process.stage = event.job.stage;
    for (const std::string& program : event.job.programs)
      process.programs += (process.programs.empty() ? "" : " | ") + program;
    process.pid = event.pid;
    process.began = now();
    process.is_counted = event.job.is_tool;
    processes_.push_back(std::move(process));
    return;
  }
  auto process =
      std::find_if(processes_.rbegin(), processes_.rend(),
                   [&](const ProcessRecord& started) { return started.pid == event.pid; });
  if (process == processes_.rend()) return;
  process->ended = now();
  process->cpu_seconds = seconds_of(event.used->ru_utime) + seconds_of(event.used->ru_stime);
  process->peak_bytes = int64_t{event.used->ru_maxrss} * 1024;
  process->moved = moved;
  bool is_bad = WIFSIGNALED(event.wait_status) ? WTERMSIG(event.wait_status) != SIGPIPE
                                               : WEXITSTATUS(event.wait_status) != 0;
  process->has_failed = is_bad && !event.is_ended_by_us;
}

void RunReport::write(std::string flow, int64_t workers,
                      const std::vector<PlanStatement>& statements, const FlowOutcome& outcome) {
  // As rows pass them, whichever was started first.
  std::stable_sort(processes_.begin(), processes_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.fragment, a.worker, a.stage) < std::tie(b.fragment, b.worker, b.stage);
  });
  file_->write(report_page({std::move(flow), workers, now(), outcome, fragment_pictures(statements),
                            std::move(processes_)}));
  file_->finish();
}

}  // namespace penstock
