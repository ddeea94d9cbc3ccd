#include "libcore/flow/tasks/schedule.h"

#include <sys/wait.h>

#include <csignal>

#include "libcore/base/check.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {

using Phase = TaskState::Phase;

Schedule::Schedule(const std::vector<Task>& tasks, const SchedulePolicy& policy)
    : policy_(policy),
      pauses_(policy.pauses()),
      states_(tasks.size()),
      writers_(tasks.size()),
      task_timers_(tasks.size()),
      missing_(tasks.size()),
      waiting_(tasks.size()) {
  for (size_t i = 0; i < tasks.size(); ++i) {
    states_[i].task = tasks[i];
    states_[i].host = tasks[i].host;
    for (int64_t fragment : tasks[i].reads) {
      PENSTOCK_CHECK(unfinished_.contains(fragment));
      file_readers_[fragment].push_back(i);
    }
    missing_[i] = tasks[i].reads.size();
    if (missing_[i] == 0) ready_.insert(ready_.end(), i);
    ++unfinished_[tasks[i].fragment];
    if (!tasks[i].reader) continue;
    PENSTOCK_CHECK(*tasks[i].reader > i && *tasks[i].reader < tasks.size());
    writers_[*tasks[i].reader].push_back(i);
  }
}

Actions Schedule::begin() {
  Actions actions;
  start_more({}, actions);
  finish(actions);
  return actions;
}

Actions Schedule::take(const TaskEvent& event) {
  Actions actions;
  if (is_over_) return actions;
  std::visit([&](const auto& what) { on(what, event.at, actions); }, event.what);
  start_more(event.at, actions);
  finish(actions);
  return actions;
}

std::optional<FlowTime> Schedule::next_timer() const {
  if (timers_.empty()) return std::nullopt;
  return std::get<FlowTime>(*timers_.begin());
}

bool Schedule::is_now(const Attempt& attempt, Phase phase) const {
  PENSTOCK_CHECK(attempt.task < states_.size());
  const TaskState& state = states_[attempt.task];
  return state.attempt == attempt.number && state.phase == phase;
}

void Schedule::start_more(FlowTime at, Actions& actions) {
  while (!is_failed_ && !ready_.empty() && starting_ < policy_.most_starting()) {
    const size_t task = *ready_.begin();
    TaskState& state = states_[task];
    std::optional<size_t> host = policy_.host_for(state.task, lost_hosts_);
    if (!host) {
      fail({Verdict::Kind::kHostLost, 0, static_cast<int>(state.task.host)}, at, actions);
      return;
    }
    ready_.erase(ready_.begin());
    --waiting_;
    ++starting_;
    state.host = *host;
    state.phase = Phase::kStarting;
    actions.push_back(StartTask{{task, state.attempt}, *host});
  }
}

void Schedule::on(const TaskStarted& event, FlowTime at, Actions& actions) {
  if (!is_now(event.attempt, Phase::kStarting)) return;
  states_[event.attempt.task].phase = Phase::kRunning;
  --starting_;
  ++running_;
  // It was on its way when the others were asked to end.
  if (is_killing_) {
    actions.push_back(KillAttempt{event.attempt});
  } else if (is_ending_) {
    actions.push_back(EndAttempt{event.attempt});
  } else {
    wait_for_progress(event.attempt.task, at + pauses_.most_silent);
  }
}

void Schedule::wait_for_progress(size_t task, FlowTime until) {
  if (pauses_.most_silent.count() == 0) return;
  Timers& timers = task_timers_[task];
  if (timers.silent) timers_.erase({*timers.silent, TimerKind::kSilent, task});
  timers.silent = until;
  timers_.insert({until, TimerKind::kSilent, task});
}

void Schedule::on(const TaskProgressed& event, FlowTime at, Actions&) {
  if (!is_now(event.attempt, Phase::kRunning) || is_ending_) return;
  if (task_timers_[event.attempt.task].is_given_up) return;
  wait_for_progress(event.attempt.task, at + pauses_.most_silent);
}

void Schedule::on(const TaskNotRun& event, FlowTime at, Actions& actions) {
  if (!is_now(event.attempt, Phase::kStarting)) return;
  states_[event.attempt.task].error = event.error;
  --starting_;
  conclude(event.attempt.task, at, actions);
}

void Schedule::on(const TaskEnded& event, FlowTime at, Actions& actions) {
  if (!is_now(event.attempt, Phase::kRunning)) return;
  states_[event.attempt.task].wait_status = event.wait_status;
  states_[event.attempt.task].is_of_peer = event.is_of_peer;
  --running_;
  drop_timers(event.attempt.task);
  conclude(event.attempt.task, at, actions);
}

// Whether a task that has ended since the flow was asked to end had failed by itself, and no other
// failure explains why the flow ends: the report was late, for its host was busy. A program of the
// family that we end dies of the signal that it was sent; how others take one is not known.
bool Schedule::is_late_cause(const TaskState& state) const {
  if (is_cause_known_ || state.is_of_peer || !state.task.is_tool || state.error != 0) return false;
  if (WIFEXITED(state.wait_status)) return WEXITSTATUS(state.wait_status) != 0;
  const int signal = WTERMSIG(state.wait_status);
  return signal != SIGTERM && signal != SIGKILL && signal != SIGPIPE;
}

// Draws what follows from the end of a task's attempt.
void Schedule::conclude(size_t task, FlowTime at, Actions& actions) {
  TaskState& state = states_[task];
  state.phase = Phase::kEnded;
  state.is_ended_by_us = is_ending_ && !is_late_cause(state);
  if (is_ending_) {
    is_cause_known_ = is_cause_known_ || !state.is_ended_by_us;
    return;
  }
  switch (policy_.after_end(state)) {
    case AfterEnd::kNothing:
      end_well(task, actions);
      return;
    case AfterEnd::kRetry:
      try_again(task);
      return;
    case AfterEnd::kFailure:
      if (is_cause_known_ || (is_failed_ && state.is_of_peer)) return;
      is_failed_ = true;
      is_cause_known_ = !state.is_of_peer;
      // The first of two timers ends all.
      timers_.insert({at + (is_cause_known_ ? pauses_.after_failure : pauses_.after_peer_failure),
                      TimerKind::kEndAll, 0});
      return;
    case AfterEnd::kReaderGone:
      for (size_t writer : writers_[task]) {
        if (states_[writer].phase == Phase::kEnded) continue;
        if (!policy_.is_made_to_notice(states_[writer].task)) continue;
        task_timers_[writer].reader_gone = at + pauses_.after_reader;
        timers_.insert({at + pauses_.after_reader, TimerKind::kReaderGone, writer});
      }
      end_well(task, actions);
  }
}

// The last task of a fragment whose rows are in files makes these whole, and others may begin.
void Schedule::end_well(size_t task, Actions& actions) {
  const int64_t fragment = states_[task].task.fragment;
  auto readers = file_readers_.find(fragment);
  if (--unfinished_[fragment] > 0 || readers == file_readers_.end()) return;
  actions.push_back(CommitEdge{fragment});
  for (size_t reader : readers->second) {
    if (--missing_[reader] == 0) ready_.insert(reader);
  }
}

void Schedule::try_again(size_t task) {
  TaskState& state = states_[task];
  ++state.attempt;
  state.phase = Phase::kWaiting;
  state.error = 0;
  state.wait_status = 0;
  state.is_ended_by_us = false;
  state.is_of_peer = false;
  ready_.insert(task);
  ++waiting_;
}

void Schedule::on(const TaskStopped& event, FlowTime at, Actions& actions) {
  on(TaskContinued{event.attempt}, at, actions);
  if (!is_now(event.attempt, Phase::kRunning) || is_ending_) return;
  task_timers_[event.attempt.task].stopped = at + pauses_.most_stopped;
  timers_.insert({at + pauses_.most_stopped, TimerKind::kStopped, event.attempt.task});
}

void Schedule::on(const TaskContinued& event, FlowTime, Actions&) {
  if (!is_now(event.attempt, Phase::kRunning)) return;
  std::optional<FlowTime>& stopped = task_timers_[event.attempt.task].stopped;
  if (stopped) timers_.erase({*stopped, TimerKind::kStopped, event.attempt.task});
  stopped.reset();
}

void Schedule::on(const EndingAsked& event, FlowTime at, Actions& actions) {
  fail({Verdict::Kind::kAskedToEnd, 0, event.signal}, at, actions);
}

// A flow that needs no more of the host, or can do without it, goes on.
void Schedule::on(const HostLost& event, FlowTime at, Actions& actions) {
  lost_hosts_.insert(event.host);
  bool is_needed = false;
  for (size_t i = 0; i < states_.size(); ++i) {
    TaskState& state = states_[i];
    if (state.phase == Phase::kEnded) continue;
    const bool is_tried_elsewhere = policy_.host_for(state.task, lost_hosts_).has_value();
    if (state.phase == Phase::kWaiting) {
      is_needed = is_needed || !is_tried_elsewhere;
      continue;
    }
    if (state.host != event.host) continue;
    --(state.phase == Phase::kStarting ? starting_ : running_);
    drop_timers(i);
    if (is_tried_elsewhere && !is_ending_) {
      try_again(i);
      continue;
    }
    is_needed = true;
    state.phase = Phase::kEnded;
    state.is_ended_by_us = true;
  }
  if (is_needed) {
    fail({Verdict::Kind::kHostLost, 0, static_cast<int>(event.host)}, at, actions);
  }
}

void Schedule::on(const LauncherFailed&, FlowTime at, Actions& actions) {
  // What was on its way to be started will not be.
  for (TaskState& state : states_) {
    if (state.phase != Phase::kStarting) continue;
    state.phase = Phase::kWaiting;
    --starting_;
    ++waiting_;
  }
  fail({Verdict::Kind::kLauncherFailed}, at, actions);
}

void Schedule::on(const TimePassed&, FlowTime at, Actions& actions) {
  while (!timers_.empty() && std::get<FlowTime>(*timers_.begin()) <= at) {
    Timer timer = *timers_.begin();
    timers_.erase(timers_.begin());
    expire(timer, at, actions);
  }
}

void Schedule::expire(const Timer& timer, FlowTime now, Actions& actions) {
  const auto& [due, kind, task] = timer;
  Attempt attempt{task, states_[task].attempt};
  switch (kind) {
    case TimerKind::kEndAll:
      end_all(now, actions);
      return;
    case TimerKind::kKillAll:
      is_killing_ = true;
      for (size_t i = 0; i < states_.size(); ++i) {
        if (states_[i].phase != Phase::kRunning) continue;
        actions.push_back(KillAttempt{{i, states_[i].attempt}});
      }
      timers_.insert({now + pauses_.after_kill, TimerKind::kGiveUp, 0});
      return;
    case TimerKind::kGiveUp:
      give_up_hosts(actions);
      return;
    case TimerKind::kReaderGone:
      task_timers_[task].reader_gone.reset();
      if (is_now(attempt, Phase::kRunning)) actions.push_back(MakeNotice{attempt});
      return;
    case TimerKind::kStopped:
      task_timers_[task].stopped.reset();
      // Another failure may well be why: it is the one to report.
      if (!is_failed_) fail({Verdict::Kind::kStopped, task}, now, actions);
      return;
    case TimerKind::kSilent: {
      Timers& timers = task_timers_[task];
      timers.silent.reset();
      if (!is_now(attempt, Phase::kRunning)) return;
      if (timers.is_given_up) {
        actions.push_back(KillAttempt{attempt});
        return;
      }
      actions.push_back(EndAttempt{attempt});
      timers.is_given_up = true;
      wait_for_progress(task, now + pauses_.before_kill);
    }
  }
}

// Ends the flow at once, for a reason that no task's state shows. A flow that ends already keeps
// the reason that it has.
void Schedule::fail(const Verdict& verdict, FlowTime at, Actions& actions) {
  if (is_ending_) return;
  decided_ = verdict;
  end_all(at, actions);
}

void Schedule::end_all(FlowTime at, Actions& actions) {
  is_failed_ = true;
  is_ending_ = true;
  timers_.clear();
  for (size_t i = 0; i < states_.size(); ++i) {
    task_timers_[i] = Timers();
    if (states_[i].phase != Phase::kRunning) continue;
    actions.push_back(EndAttempt{{i, states_[i].attempt}});
  }
  timers_.insert({at + pauses_.before_kill, TimerKind::kKillAll, 0});
}

// Those that still have tasks. This host always reports their ends.
void Schedule::give_up_hosts(Actions& actions) const {
  std::set<size_t> hosts;
  for (const TaskState& state : states_) {
    const bool is_on_host =
        state.phase == TaskState::Phase::kStarting || state.phase == TaskState::Phase::kRunning;
    if (is_on_host && state.host != kThisHost) hosts.insert(state.host);
  }
  for (size_t host : hosts)
    actions.push_back(GiveUpHost{host});
}

// Says that all is over, when it is.
void Schedule::finish(Actions& actions) {
  if (starting_ > 0 || running_ > 0 || has_starts()) return;
  is_over_ = true;
  timers_.clear();
  actions.push_back(EndFlow{decided_ ? *decided_ : policy_.verdict(states_)});
}

void Schedule::drop_timers(size_t task) {
  Timers& timers = task_timers_[task];
  if (timers.reader_gone) timers_.erase({*timers.reader_gone, TimerKind::kReaderGone, task});
  if (timers.stopped) timers_.erase({*timers.stopped, TimerKind::kStopped, task});
  if (timers.silent) timers_.erase({*timers.silent, TimerKind::kSilent, task});
  timers = Timers();
}

}  // namespace penstock
