#include "libcore/flow/launch/local.h"

#include <chrono>
#include <csignal>

namespace penstock {
namespace {

std::pair<size_t, int64_t> key_of(const Attempt& attempt) {
  return {attempt.task, attempt.number};
}

}  // namespace

LocalLauncher::LocalLauncher() : processes_([this](int signal) { add(EndingAsked{signal}); }) {}

void LocalLauncher::start(const Attempt& attempt, const ProcessSpec& spec) {
  ProcessListener listener;
  listener.on_ended = [this, attempt](EndedProcess& ended) { end(attempt, ended); };
  listener.on_stopped = [this, attempt] { add(TaskStopped{attempt}); };
  listener.on_continued = [this, attempt] { add(TaskContinued{attempt}); };
  StartedProcess started = processes_.start(spec, std::move(listener));
  if (started.error != 0) {
    add(TaskNotRun{attempt, started.error});
    return;
  }
  pids_[key_of(attempt)] = started.pid;
  add(TaskStarted{attempt, started.pid});
}

void LocalLauncher::end(const Attempt& attempt, EndedProcess& ended) {
  add(TaskEnded{attempt, ended.wait_status, ended.used, std::move(ended.said)});
  pids_.erase(key_of(attempt));
}

void LocalLauncher::signal(const Attempt& attempt, int number) {
  auto pid = pids_.find(key_of(attempt));
  if (pid == pids_.end()) return;
  kill(number == SIGPIPE ? pid->second : -pid->second, number);
}

std::optional<TaskEvent> LocalLauncher::take() {
  if (events_.empty()) return std::nullopt;
  TaskEvent event = std::move(events_.front());
  events_.pop_front();
  event.at = std::chrono::steady_clock::now();
  return event;
}

std::optional<TaskEvent> LocalLauncher::next(std::optional<FlowTime> deadline) {
  if (events_.empty()) processes_.loop().poll();
  while (events_.empty()) {
    if (!processes_.loop().run_one(deadline)) return std::nullopt;
  }
  return take();
}

void LocalLauncher::end_left_behind() {
  processes_.end_orphans();
}

}  // namespace penstock
