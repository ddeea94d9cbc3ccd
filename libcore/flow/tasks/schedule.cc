#include "libcore/flow/tasks/schedule.h"

#include <sys/wait.h>

#include <csignal>

#include "libcore/base/check.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {

using Phase = TaskState::Phase;

Schedule::Schedule(const std::vector<Task>& tasks, size_t most_starting)
    : most_starting_(most_starting),
      states_(tasks.size()),
      writers_(tasks.size()),
      task_timers_(tasks.size()) {
  for (size_t i = 0; i < tasks.size(); ++i) {
    states_[i].task = tasks[i];
    if (!tasks[i].reader) continue;
    PENSTOCK_CHECK(*tasks[i].reader > i && *tasks[i].reader < tasks.size());
    writers_[*tasks[i].reader].push_back(i);
  }
}

Actions Schedule::begin() {
  Actions actions;
  start_more(actions);
  finish(actions);
  return actions;
}

Actions Schedule::take(const TaskEvent& event) {
  Actions actions;
  if (is_over_) return actions;
  std::visit([&](const auto& what) { on(what, event.at, actions); }, event.what);
  start_more(actions);
  finish(actions);
  return actions;
}

std::optional<FlowTime> Schedule::next_timer() const {
  if (timers_.empty()) return std::nullopt;
  return std::get<FlowTime>(*timers_.begin());
}

bool Schedule::is_now(const Attempt& attempt, Phase phase) const {
  PENSTOCK_CHECK(attempt.task < states_.size());
  return attempt == Attempt{attempt.task} && states_[attempt.task].phase == phase;
}

void Schedule::start_more(Actions& actions) {
  for (; has_starts() && starting_ < most_starting_; ++next_, ++starting_) {
    states_[next_].phase = Phase::kStarting;
    actions.push_back(StartTask{{next_}, states_[next_].task.host});
  }
}

void Schedule::on(const TaskStarted& event, FlowTime, Actions& actions) {
  if (!is_now(event.attempt, Phase::kStarting)) return;
  states_[event.attempt.task].phase = Phase::kRunning;
  --starting_;
  ++running_;
  // It was on its way when the others were asked to end.
  if (is_killing_) {
    actions.push_back(KillAttempt{event.attempt});
  } else if (is_ending_) {
    actions.push_back(EndAttempt{event.attempt});
  }
}

void Schedule::on(const TaskNotRun& event, FlowTime at, Actions&) {
  if (!is_now(event.attempt, Phase::kStarting)) return;
  states_[event.attempt.task].error = event.error;
  --starting_;
  conclude(event.attempt.task, at);
}

void Schedule::on(const TaskEnded& event, FlowTime at, Actions&) {
  if (!is_now(event.attempt, Phase::kRunning)) return;
  states_[event.attempt.task].wait_status = event.wait_status;
  states_[event.attempt.task].is_of_peer = event.is_of_peer;
  --running_;
  drop_timers(event.attempt.task);
  conclude(event.attempt.task, at);
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

// Draws what follows from the end of a task.
void Schedule::conclude(size_t task, FlowTime at) {
  TaskState& state = states_[task];
  state.phase = Phase::kEnded;
  state.is_ended_by_us = is_ending_ && !is_late_cause(state);
  if (is_ending_) {
    is_cause_known_ = is_cause_known_ || !state.is_ended_by_us;
    return;
  }
  switch (after_end(state)) {
    case AfterEnd::kNothing:
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
        if (!is_made_to_notice(states_[writer].task)) continue;
        task_timers_[writer].reader_gone = at + pauses_.after_reader;
        timers_.insert({at + pauses_.after_reader, TimerKind::kReaderGone, writer});
      }
  }
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

// A flow that needs no more of the host goes on.
void Schedule::on(const HostLost& event, FlowTime at, Actions& actions) {
  bool is_needed = false;
  for (size_t i = 0; i < states_.size(); ++i) {
    TaskState& state = states_[i];
    if (state.task.host != event.host || state.phase == Phase::kEnded) continue;
    is_needed = true;
    if (state.phase == Phase::kWaiting) continue;
    --(state.phase == Phase::kStarting ? starting_ : running_);
    drop_timers(i);
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
  switch (kind) {
    case TimerKind::kEndAll:
      end_all(now, actions);
      return;
    case TimerKind::kKillAll:
      is_killing_ = true;
      for (size_t i = 0; i < states_.size(); ++i) {
        if (states_[i].phase != Phase::kRunning) continue;
        actions.push_back(KillAttempt{{i}});
      }
      timers_.insert({now + pauses_.after_kill, TimerKind::kGiveUp, 0});
      return;
    case TimerKind::kGiveUp:
      give_up_hosts(actions);
      return;
    case TimerKind::kReaderGone:
      task_timers_[task].reader_gone.reset();
      if (states_[task].phase == Phase::kRunning) actions.push_back(MakeNotice{{task}});
      return;
    case TimerKind::kStopped:
      task_timers_[task].stopped.reset();
      // Another failure may well be why: it is the one to report.
      if (!is_failed_) fail({Verdict::Kind::kStopped, task}, now, actions);
      return;
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
    actions.push_back(EndAttempt{{i}});
  }
  timers_.insert({at + pauses_.before_kill, TimerKind::kKillAll, 0});
}

// Those that still have tasks. This host always reports their ends.
void Schedule::give_up_hosts(Actions& actions) const {
  std::set<size_t> hosts;
  for (const TaskState& state : states_) {
    const bool is_on_host =
        state.phase == TaskState::Phase::kStarting || state.phase == TaskState::Phase::kRunning;
    if (is_on_host && state.task.host != kThisHost) hosts.insert(state.task.host);
  }
  for (size_t host : hosts)
    actions.push_back(GiveUpHost{host});
}

// Says that all is over, when it is.
void Schedule::finish(Actions& actions) {
  if (starting_ > 0 || running_ > 0 || has_starts()) return;
  is_over_ = true;
  timers_.clear();
  actions.push_back(EndFlow{decided_ ? *decided_ : verdict_on(states_)});
}

void Schedule::drop_timers(size_t task) {
  Timers& timers = task_timers_[task];
  if (timers.reader_gone) timers_.erase({*timers.reader_gone, TimerKind::kReaderGone, task});
  if (timers.stopped) timers_.erase({*timers.stopped, TimerKind::kStopped, task});
  timers = Timers();
}

}  // namespace penstock
