#include "libcore/flow/tasks/materialized_schedule.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {
namespace {

bool is_output_closed(int wait_status) {
  if (WIFSIGNALED(wait_status)) return WTERMSIG(wait_status) == SIGPIPE;
  return WEXITSTATUS(wait_status) == 128 + SIGPIPE;
}

Verdict verdict_on_end(size_t task, int wait_status) {
  if (WIFSIGNALED(wait_status)) return {Verdict::Kind::kDied, task, WTERMSIG(wait_status)};
  return {Verdict::Kind::kEndedBadly, task, WEXITSTATUS(wait_status)};
}

}  // namespace

MaterializedSchedule::MaterializedSchedule(std::vector<Step> steps,
                                           const std::vector<size_t>& slots,
                                           const RunLimits& limits)
    : limits_(limits), plan_(std::move(steps)), hosts_(slots, limits.most_failed_on_host) {
  for (size_t i = 0; i < plan_.size(); ++i) {
    const size_t count = plan_[i].homes.size();
    StepRecord& step = steps_.emplace_back(Stragglers(count, limits.backups));
    step.first = step.next_fresh = tasks_.size();
    step.tasks = step.missing = step.absent = count;
    step.at_home_only = plan_[i].at_home_only;
    TaskRecord task;
    task.step = static_cast<uint32_t>(i);
    tasks_.resize(tasks_.size() + count, task);
    for (size_t read : plan_[i].reads) {
      PENSTOCK_CHECK(read < i);
      steps_[read].readers.push_back(i);
      if (steps_[read].tasks > 0) ++step.unmet;
    }
  }
  for (const StepRecord& step : steps_) {
    if (step.readers.empty()) unmade_ += step.tasks;
  }
}

RunActions MaterializedSchedule::begin(FlowTime at, std::span<const Made> made) {
  for (const Made& each : made) {
    TaskRecord& task = tasks_[each.attempt.task];
    PENSTOCK_CHECK(task.phase == Phase::kAbsent);
    task.phase = Phase::kMade;
    task.host = static_cast<int32_t>(each.host);
    task.made_by = task.attempts = static_cast<int32_t>(each.attempt.number);
    --steps_[task.step].absent;
    set_missing(task.step, steps_[task.step].missing - 1);
  }
  want_what_is_needed(true);
  return finish(at);
}

RunActions MaterializedSchedule::take(const TaskEvent& event) {
  if (is_over_) return {};
  std::visit([&](const auto& what) { on(what, event.at); }, event.what);
  return finish(event.at);
}

RunActions MaterializedSchedule::lose_output(const Attempt& made, FlowTime at) {
  const TaskRecord& task = tasks_[made.task];
  if (is_ending_ || task.phase != Phase::kMade || task.made_by != made.number) return {};
  hosts_.count_failure(static_cast<size_t>(task.host));
  drop(made.task);
  want_what_is_needed(false);
  return finish(at);
}

std::optional<FlowTime> MaterializedSchedule::next_timer() const {
  std::optional<FlowTime> first;
  if (!timers_.empty()) first = std::get<FlowTime>(*timers_.begin());
  if (is_ending_) return first;
  for (const StepRecord& step : steps_) {
    std::optional<Copy> copy = next_copy(step);
    if (copy && (!first || copy->of.due < *first)) first = copy->of.due;
  }
  return first;
}

void MaterializedSchedule::on(const TaskStarted& event, FlowTime at) {
  auto run = runs_.find({event.attempt.task, event.attempt.number});
  if (run == runs_.end() || run->second.has_started) return;
  run->second.has_started = true;
  run->second.since = at;
  // It was on its way when it was no longer wanted.
  if (run->second.is_killed) {
    actions_.push_back(KillAttempt{event.attempt});
    watch(run, at + limits_.pauses.after_kill);
    return;
  }
  if (is_ending_) {
    actions_.push_back(EndAttempt{event.attempt});
    return;
  }
  if (limits_.pauses.most_silent.count() > 0) watch(run, at + limits_.pauses.most_silent);
  run->second.is_watched = live_runs(event.attempt.task) == 1;
  if (run->second.is_watched) step_of(event.attempt.task).stragglers.watch(event.attempt, at);
}

void MaterializedSchedule::on(const TaskProgressed& event, FlowTime at) {
  auto run = runs_.find({event.attempt.task, event.attempt.number});
  if (run == runs_.end() || run->second.is_killed || !run->second.silent) return;
  watch(run, at + limits_.pauses.most_silent);
}

void MaterializedSchedule::on(const TaskNotRun& event, FlowTime at) {
  auto run = runs_.find({event.attempt.task, event.attempt.number});
  if (run == runs_.end()) return;
  const Run was = run->second;
  end_run(run);
  if (was.is_killed || is_ending_) return;
  const Verdict verdict{Verdict::Kind::kNotRun, event.attempt.task, event.error};
  // A program that is not there will not be there the next time.
  if (!is_reason_of_machine(event.error)) return fail(verdict, at);
  try_again(event.attempt.task, was.host, true, verdict, at);
}

void MaterializedSchedule::on(const TaskEnded& event, FlowTime at) {
  const size_t task = event.attempt.task;
  auto run = runs_.find({task, event.attempt.number});
  if (run == runs_.end()) return;
  const Run was = run->second;
  end_run(run);
  if (was.is_killed || is_ending_) return;
  const StepRecord& step = step_of(task);
  if (event.wait_status == 0) {
    if (was.has_started) {
      step_of(task).stragglers.add_time(
          std::chrono::duration_cast<std::chrono::milliseconds>(at - was.since));
    }
    commit(event.attempt, was, at);
    if (unmade_ == 0) succeed(at, false);
    return;
  }
  // Nobody reads more of the run's output.
  if (step.readers.empty() && is_output_closed(event.wait_status)) return succeed(at, true);
  const bool is_of_machine = WIFSIGNALED(event.wait_status) || event.is_of_machine;
  const Verdict verdict = verdict_on_end(task, event.wait_status);
  if (!is_of_machine && !event.is_of_peer && step.unmet == 0) return fail(verdict, at);
  try_again(task, was.host, is_of_machine && !event.is_of_peer, verdict, at);
}

// Draws what follows from a failure that says nothing of the data. One that may have come of a lost
// input counts neither for the task nor for its host.
void MaterializedSchedule::try_again(size_t task, size_t host, bool is_host_to_blame,
                                     const Verdict& verdict, FlowTime at) {
  if (is_ending_) return;
  TaskRecord& record = tasks_[task];
  if (step_of(task).unmet == 0) {
    if (is_host_to_blame) hosts_.count_failure(host);
    if (++record.failures > limits_.retries) return fail(verdict, at);
  }
  if (record.phase != Phase::kRunning) return;
  if (live_runs(task) > 0) return watch_the_other(task);
  record.host = static_cast<int32_t>(host);
  ++counts_.retried;
  want(task, false);
}

// One attempt is left of two: it may be doubled again.
void MaterializedSchedule::watch_the_other(size_t task) {
  for (auto run = runs_.lower_bound({task, 0}); run != runs_.end() && run->first.first == task;
       ++run) {
    if (run->second.is_killed || !run->second.has_started || run->second.is_watched) continue;
    run->second.is_watched = true;
    step_of(task).stragglers.watch({task, run->first.second}, run->second.since);
  }
}

void MaterializedSchedule::on(const EndingAsked& event, FlowTime at) {
  fail({Verdict::Kind::kAskedToEnd, 0, event.signal}, at);
}

void MaterializedSchedule::on(const HostLost& event, FlowTime at) {
  if (hosts_.is_lost(event.host)) return;
  hosts_.lose(event.host);
  const Verdict verdict{Verdict::Kind::kHostLost, 0, static_cast<int>(event.host)};
  std::vector<size_t> lost;
  for (auto run = runs_.begin(); run != runs_.end();) {
    if (run->second.host != event.host) {
      ++run;
      continue;
    }
    if (!run->second.is_killed) lost.push_back(run->first.first);
    run = end_run(run);
  }
  if (is_ending_) return;
  // Before the outputs are dropped, which would excuse the readers among them.
  for (size_t task : lost)
    try_again(task, event.host, false, verdict, at);
  if (is_ending_) return;
  for (size_t task = 0; task < tasks_.size(); ++task) {
    const TaskRecord& record = tasks_[task];
    const StepRecord& step = steps_[record.step];
    const bool waits = record.phase == Phase::kFresh || record.phase == Phase::kAgain;
    if (waits && step.at_home_only && plan_[record.step].homes[task - step.first] == event.host) {
      homeless_ = event.host;
    }
    if (record.phase != Phase::kMade || record.host != static_cast<int32_t>(event.host)) continue;
    if (!plan_[record.step].outlives_hosts && !step.readers.empty()) drop(task);
  }
  want_what_is_needed(false);
  if (!hosts_.has_usable()) fail(verdict, at);
}

void MaterializedSchedule::on(const LauncherFailed&, FlowTime at) {
  // What was on its way to be started will not be.
  for (auto run = runs_.begin(); run != runs_.end();) {
    run = run->second.has_started ? std::next(run) : end_run(run);
  }
  fail({Verdict::Kind::kLauncherFailed}, at);
}

void MaterializedSchedule::on(const TimePassed&, FlowTime at) {
  while (!timers_.empty() && std::get<FlowTime>(*timers_.begin()) <= at) {
    const auto [due, kind, key] = *timers_.begin();
    timers_.erase(timers_.begin());
    if (kind == TimerKind::kKillAll) {
      for (auto run = runs_.begin(); run != runs_.end(); ++run)
        kill(run, at);
      continue;
    }
    auto run = runs_.find(key);
    PENSTOCK_CHECK(run != runs_.end());
    run->second.silent.reset();
    const size_t host = run->second.host;
    if (run->second.is_killed) {
      // This host always reports the ends of its attempts.
      if (host != kThisHost && given_up_.insert(host).second) actions_.push_back(GiveUpHost{host});
      continue;
    }
    kill(run, at);
    try_again(key.first, host, true, {Verdict::Kind::kStopped, key.first}, at);
  }
}

// Those that were not killed.
size_t MaterializedSchedule::live_runs(size_t task) const {
  size_t live = 0;
  for (auto run = runs_.lower_bound({task, 0}); run != runs_.end() && run->first.first == task;
       ++run) {
    if (!run->second.is_killed) ++live;
  }
  return live;
}

void MaterializedSchedule::watch(Runs::iterator run, FlowTime until) {
  Run& watched = run->second;
  if (watched.silent) timers_.erase({*watched.silent, TimerKind::kSilent, run->first});
  watched.silent = until;
  timers_.insert({until, TimerKind::kSilent, run->first});
}

// It is neither silent nor slow any more.
void MaterializedSchedule::unwatch(Runs::iterator run) {
  Run& watched = run->second;
  if (watched.silent) timers_.erase({*watched.silent, TimerKind::kSilent, run->first});
  watched.silent.reset();
  if (watched.is_watched) {
    step_of(run->first.first)
        .stragglers.forget({run->first.first, run->first.second}, watched.since);
  }
  watched.is_watched = false;
}

MaterializedSchedule::Runs::iterator MaterializedSchedule::end_run(Runs::iterator run) {
  unwatch(run);
  hosts_.give_back(run->second.host);
  return runs_.erase(run);
}

// It holds its slot until its end is reported, or its host is given up.
void MaterializedSchedule::kill(Runs::iterator run, FlowTime at) {
  if (run->second.is_killed) return;
  unwatch(run);
  run->second.is_killed = true;
  watch(run, at + limits_.pauses.after_kill);
  if (run->second.has_started) {
    actions_.push_back(KillAttempt{{run->first.first, run->first.second}});
  }
}

// Ends the run at once. One that ends already keeps the reason that it has.
void MaterializedSchedule::fail(const Verdict& verdict, FlowTime at) {
  if (is_ending_) return;
  is_ending_ = true;
  verdict_ = verdict;
  for (auto run = runs_.begin(); run != runs_.end(); ++run) {
    if (run->second.is_killed) continue;
    unwatch(run);
    if (!run->second.has_started) continue;
    actions_.push_back(EndAttempt{{run->first.first, run->first.second}});
  }
  timers_.insert({at + limits_.pauses.before_kill, TimerKind::kKillAll, RunKey{}});
}

// All is made: attempts that still run are copies, or make what is not needed any more.
void MaterializedSchedule::succeed(FlowTime at, bool is_output_closed) {
  is_ending_ = true;
  verdict_.output_closed = is_output_closed;
  for (auto run = runs_.begin(); run != runs_.end(); ++run)
    kill(run, at);
}

RunActions MaterializedSchedule::finish(FlowTime at) {
  if (!is_ending_ && unmade_ == 0) succeed(at, false);
  if (homeless_) fail({Verdict::Kind::kHostLost, 0, static_cast<int>(*homeless_)}, at);
  if (!is_ending_) start_more(at);
  if (is_ending_ && runs_.empty() && !is_over_) {
    is_over_ = true;
    timers_.clear();
    actions_.push_back(EndFlow{verdict_});
  }
  return std::exchange(actions_, {});
}

}  // namespace penstock
