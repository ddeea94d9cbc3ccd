#include "libcore/flow/supervision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/flow/tasks/chunk_grants.h"
#include "libcore/flow/tasks/schedule.h"
#include "libcore/os/chunks/messages.h"

namespace penstock {
namespace {

// Tasks that start at the same time where some start on other hosts.
constexpr size_t kMostStarting = 256;

std::vector<Task> tasks_of(const std::vector<Job>& jobs) {
  std::vector<Task> tasks;
  for (const Job& job : jobs) {
    Task task{job.host, job.fragment, job.worker, job.stage, {}, job.has_more_readers, job.is_tool};
    if (job.reader >= 0) task.reader = static_cast<size_t>(job.reader);
    tasks.push_back(task);
  }
  return tasks;
}

std::string trimmed_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

// Of stages that share a process, the one whose program `said` it, where there is one such.
std::string stage_of(const Job& job, const std::string& said) {
  const std::vector<std::string> programs = job.programs();
  int64_t first = job.stage;
  int64_t last = job.stage + std::ssize(programs) - 1;
  auto spoke = [&](const std::string& program) { return said.starts_with(program + ": "); };
  if (std::count_if(programs.begin(), programs.end(), spoke) == 1) {
    auto it = std::find_if(programs.begin(), programs.end(), spoke);
    first = last = job.stage + (it - programs.begin());
  }
  return first == last ? fmt::format("stage {}: ", first)
                       : fmt::format("stages {} to {}: ", first, last);
}

// `host`: where there are several, the name of the job's.
FlowOutcome failure(const Job& job, const std::string& host, std::string said, int status,
                    const std::string& how) {
  std::string place = fmt::format("fragment {}, ", job.fragment);
  if (job.workers > 1) place += fmt::format("worker {} of {}, ", job.worker, job.workers);
  if (!host.empty()) place += fmt::format("host {}, ", host);
  said = trimmed_end(std::move(said));
  place += stage_of(job, said);
  std::string program = fmt::format("{}", fmt::join(job.programs(), " | "));
  // A tool's last words are complete.
  if (job.is_tool && status <= 2 && !said.empty()) return {status, place + said, false};
  if (!said.empty()) said = ": " + said;
  return {status, fmt::format("{}{} {}{}", place, program, how, said), false};
}

// In words. `said` is what the process of which the verdict speaks had said.
FlowOutcome outcome_of(const Verdict& verdict, const std::vector<Job>& jobs,
                       const SupervisorOptions& options, const std::vector<std::string>& said) {
  const std::vector<PlanHost>& hosts = options.hosts;
  const int value = verdict.value;
  auto failed = [&](int status, const std::string& how) {
    const Job& job = jobs[verdict.task];
    return failure(job, hosts.empty() ? "" : hosts[job.host].name, said[verdict.task], status, how);
  };
  switch (verdict.kind) {
    case Verdict::Kind::kDone: {
      FlowOutcome done;
      done.output_closed = verdict.output_closed;
      return done;
    }
    case Verdict::Kind::kNotRun:
      return failed(value == ENOENT ? 127 : 126,
                    value == ENOENT
                        ? "is not a program that can be found in PATH" +
                              did_you_mean(jobs[verdict.task].programs()[0], options.tools)
                        : fmt::format("cannot be run: {}", strerror(value)));
    case Verdict::Kind::kStopped:
      return failed(128 + SIGSTOP, "was stopped and did not go on");
    case Verdict::Kind::kDied:
      return failed(128 + value, fmt::format("died of signal {} ({})", value, strsignal(value)));
    case Verdict::Kind::kEndedBadly:
      return failed(value, fmt::format("ended with status {}", value));
    case Verdict::Kind::kAskedToEnd:
      return stopped_by(value);
    case Verdict::Kind::kHostLost:
    case Verdict::Kind::kLauncherFailed:
      break;  // an Error says why
  }
  PENSTOCK_CHECK(false);
}

}  // namespace

Supervision::Supervision(const std::vector<Job>& jobs, StepLauncher& launcher,
                         const SupervisorOptions& options)
    : jobs_(jobs),
      launcher_(launcher),
      options_(options),
      schedule_(tasks_of(jobs), options.hosts.empty() ? 1 : kMostStarting),
      said_(jobs.size()),
      failed_for_machine_(jobs.size()),
      pids_(jobs.size()) {
  for (const auto& [fragment, input] : options.divided)
    grants_.try_emplace(fragment, input);
}

void Supervision::begin() {
  carry_out(schedule_.begin());
}

void Supervision::take(TaskEvent event) {
  std::visit([this](auto& what) { note(what); }, event.what);
  Actions actions = schedule_.take(event);
  if (const auto* ended = std::get_if<TaskEnded>(&event.what)) report(*ended);
  carry_out(actions);
}

void Supervision::pass_time() {
  carry_out(schedule_.take({now(), TimePassed{}}));
}

FlowOutcome Supervision::outcome() const {
  if (error_) std::rethrow_exception(error_);
  if (verdict_.kind == Verdict::Kind::kHostLost)
    return {kOwnFailure, why_lost_, false, false, true};
  FlowOutcome outcome = outcome_of(verdict_, jobs_, options_, said_);
  // A host that is found to be lost when the flow ends may well be why it does.
  if (outcome.status != 0 && !outcome.is_stopped && !why_lost_.empty()) {
    outcome.message += "; " + why_lost_;
  }
  outcome.is_of_machine = is_of_machine();
  return outcome;
}

bool Supervision::is_of_machine() const {
  switch (verdict_.kind) {
    case Verdict::Kind::kDone:
    case Verdict::Kind::kAskedToEnd:
      return false;
    case Verdict::Kind::kNotRun:
      return is_reason_of_machine(verdict_.value);
    case Verdict::Kind::kEndedBadly:
      return failed_for_machine_[verdict_.task];
    case Verdict::Kind::kStopped:
    case Verdict::Kind::kDied:
    case Verdict::Kind::kHostLost:
    case Verdict::Kind::kLauncherFailed:
      return true;
  }
  PENSTOCK_CHECK(false);
}

void Supervision::carry_out(const Actions& actions) {
  for (const Action& action : actions)
    std::visit([this](const auto& what) { carry_out(what); }, action);
  if (!schedule_.has_starts()) launcher_.end_starts();
}

void Supervision::carry_out(const StartTask& start) {
  try {
    launcher_.start(start.attempt);
  } catch (const Error&) {
    error_ = std::current_exception();
    carry_out(schedule_.take({now(), LauncherFailed{}}));
  }
}

void Supervision::carry_out(const MakeNotice& notice) {
  launcher_.signal(notice.attempt, SIGPIPE);
}

void Supervision::carry_out(const EndAttempt& end) {
  launcher_.signal(end.attempt, SIGTERM);
}

void Supervision::carry_out(const KillAttempt& kill) {
  launcher_.signal(kill.attempt, SIGKILL);
}

void Supervision::carry_out(const GiveUpHost& lost) {
  launcher_.give_up(lost.host);
}

void Supervision::carry_out(const EndFlow& end) {
  verdict_ = end.verdict;
  if (verdict_.kind != Verdict::Kind::kDone) launcher_.end_left_behind();
}

void Supervision::note(const TaskStarted& started) {
  size_t task = started.attempt.task;
  pids_[task] = started.pid;
  if (options_.events == nullptr) return;
  options_.events->send(ProcessStarted{jobs_[task], started.pid, host_of(task)});
}

void Supervision::note(TaskEnded& ended) {
  size_t task = ended.attempt.task;
  const MovedRows moved = launcher_.moved(task);
  ended.is_of_peer = moved.peer_failures > 0;
  ended.is_of_machine = moved.machine_failures > 0;
  failed_for_machine_[task] = ended.is_of_machine;
  said_[task] = std::move(ended.said);
}

// What follows from an end that the schedule knows already.
void Supervision::report(const TaskEnded& ended) {
  const size_t task = ended.attempt.task;
  const bool by_us = schedule_.tasks()[task].is_ended_by_us;
  if (options_.events != nullptr) {
    options_.events->send(ProcessEnded{jobs_[task], pids_[task], ended.wait_status, ended.used,
                                       launcher_.moved(task), by_us, host_of(task)});
  }
  bool is_well = ended.wait_status == 0 && !by_us;
  if (is_well && !said_[task].empty() && options_.pass_on) options_.pass_on(said_by(task));
  end_grants(ended.attempt);
}

// The name of a task's host where there are several.
std::string Supervision::host_of(size_t task) const {
  return options_.hosts.empty() ? "" : options_.hosts[jobs_[task].host].name;
}

// What a task said, each line with the host that it comes from where that is another one.
std::string Supervision::said_by(size_t task) const {
  const size_t host = jobs_[task].host;
  if (host == kThisHost) return said_[task];
  std::string lines;
  bool begins_line = true;
  for (char c : said_[task]) {
    if (begins_line) lines += options_.hosts[host].name + ": ";
    lines += c;
    begins_line = c == '\n';
  }
  return lines;
}

void Supervision::note(const ChunksAsked& asked) {
  std::optional<ChunkRequest> request = decode_chunk_request(asked.request);
  const Job& job = jobs_[asked.attempt.task];
  auto grants = grants_.find(job.fragment);
  if (request && grants != grants_.end()) {
    send(grants->second.take(asked.attempt, job.host, *request));
  } else {
    ChunkAnswer refused;
    refused.kind = ChunkAnswer::Kind::kRefused;
    send({{asked.attempt, refused}});
  }
}

// Scans that wait for one that has failed wait until the flow is ended because of it.
void Supervision::end_grants(const Attempt& ended) {
  auto grants = grants_.find(jobs_[ended.task].fragment);
  if (grants == grants_.end() || schedule_.is_over()) return;
  if (after_end(schedule_.tasks()[ended.task]) == AfterEnd::kFailure) return;
  send(grants->second.end(ended));
}

void Supervision::send(const ChunkGrants::Replies& replies) {
  for (const ChunkReply& reply : replies)
    launcher_.answer(reply.to, encode(reply.answer));
}

void Supervision::note(const HostLost& lost) {
  if (why_lost_.empty()) why_lost_ = lost.why;
}

}  // namespace penstock
