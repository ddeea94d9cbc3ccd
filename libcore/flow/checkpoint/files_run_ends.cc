// How attempts end: what becomes of what they have left, and of what they have read.
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/checkpoint/files_run.h"

namespace penstock {
namespace {

// A task's end as one process would have it.
int wait_status_of(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::kDone:
      return 0;
    case Verdict::Kind::kDied:
      return verdict.value;
    case Verdict::Kind::kStopped:
      return SIGKILL;
    default:
      return W_EXITCODE(verdict.kind == Verdict::Kind::kEndedBadly ? verdict.value : kOwnFailure,
                        0);
  }
}

}  // namespace

void FilesRun::take_ended() {
  for (auto next = runs_.begin(); next != runs_.end();) {
    if (!next->second.run->supervision().is_over()) {
      ++next;
      continue;
    }
    const RunningAttempt running = std::move(next->second);
    next = runs_.erase(next);
    end(running);
  }
}

void FilesRun::end(const RunningAttempt& running) {
  AttemptRun& run = *running.run;
  const Supervision& supervision = run.supervision();
  const Attempt attempt = run.attempt();
  const Place place = place_of(attempt.task);
  const std::vector<MovedRows> moved = run.moved();
  moved_[attempt.task] = {run.jobs(), moved};
  EndedAttempt ended{running.host, {attempt, wait_status_of(supervision.verdict()), {}, ""}};
  ended.end.is_of_machine = supervision.is_of_machine();
  ended.end.is_of_peer = running.is_cut_off ||
                         std::any_of(moved.begin(), moved.end(),
                                     [](const MovedRows& rows) { return rows.peer_failures > 0; });
  FlowOutcome outcome;
  try {
    outcome = supervision.outcome();
  } catch (const Error& error) {
    outcome = {kOwnFailure, error.message()};
    ended.end.wait_status = W_EXITCODE(kOwnFailure, 0);
    ended.end.is_of_machine = true;  // a process could not be made
  }
  const TaskAttempt output = named(attempt);
  if (outcome.status == 0) {
    ended.asked.insert({running.host, output});
    hosts_.finish(running.host, output, steps_[place.step].partitions == 0);
  } else {
    if (!outcome.is_stopped) failures_[attempt.task] = outcome;
    hosts_.remove(running.host, output);
    // Of a death nothing need be read: a reader that finds damage ends by itself. It may do so
    // before it has read what shows it, for rows that are damaged are wrong in other ways as well:
    // a flipped bit once broke the order of a merge.
    if (supervision.verdict().kind == Verdict::Kind::kEndedBadly) ask_for_inputs(place, ended);
  }
  ended_.insert_or_assign({attempt.task, attempt.number}, std::move(ended));
}

// Whether the outputs that the task has read are as they were committed.
void FilesRun::ask_for_inputs(const Place& place, EndedAttempt& ended) {
  for (size_t step : steps_[place.step].reads()) {
    for (size_t task = 0; task < static_cast<size_t>(steps_[step].tasks); ++task) {
      if (!outputs_.has(step, task)) continue;
      const StepOutputs::Output& read = outputs_.of(step, task);
      ended.asked.insert({read.disk, read.made_by});
      hosts_.check(read.disk, read.made_by);
    }
  }
}

void FilesRun::take(size_t host, const OutputFinished& finished) {
  const std::optional<Attempt> attempt = attempt_of(finished.output);
  if (!attempt) return;
  auto ended = ended_.find({attempt->task, attempt->number});
  if (ended == ended_.end() || ended->second.asked.erase({host, finished.output}) == 0) return;
  std::string refusal = finished.refusal;
  try {
    std::vector<PartitionFile> files;
    if (refusal.empty()) files = decode_partition_files(finished.list);
    if (refusal.empty() && !outputs_.fits(place_of(attempt->task).step, files)) {
      refusal = "its files are not those of the task";
    }
    finished_[ended->first] = {finished.output, hosts_.disk_of(host), std::move(files)};
  } catch (const Error& error) {
    refusal = error.message();
  }
  if (refusal.empty()) return;
  finished_.erase(ended->first);
  failures_[attempt->task] = {kOwnFailure, refusal};
  ended->second.end.wait_status = W_EXITCODE(kOwnFailure, 0);
  ended->second.end.is_of_machine = true;
}

void FilesRun::take(size_t disk, const OutputChecked& checked) {
  const std::optional<Attempt> attempt = attempt_of(checked.output);
  for (auto& [key, ended] : ended_) {
    if (ended.asked.erase({disk, checked.output}) == 0) continue;
    if (attempt && !checked.is_whole) ended.damaged.push_back(*attempt);
  }
}

void FilesRun::conclude_all() {
  for (auto next = ended_.begin(); next != ended_.end();) {
    if (!next->second.asked.empty()) {
      ++next;
      continue;
    }
    EndedAttempt ended = std::move(next->second);
    ended_.erase(next);
    conclude(std::move(ended));
    // What was started meanwhile may be anywhere.
    next = ended_.begin();
  }
}

void FilesRun::conclude(EndedAttempt ended) {
  const Attempt attempt = ended.end.attempt;
  for (const Attempt& lost : ended.damaged) {
    ended.end.is_of_machine = true;
    carry_out(schedule_.lose_output(lost, now()));
  }
  carry_out(schedule_.take({now(), std::move(ended.end)}));
  // Another attempt of the task was first, or nobody needs it any more.
  if (finished_.erase({attempt.task, attempt.number}) > 0) {
    hosts_.remove(ended.host, named(attempt));
  }
}

void FilesRun::carry_out(const CommitOutput& commit) {
  auto finished = finished_.find({commit.attempt.task, commit.attempt.number});
  PENSTOCK_CHECK(finished != finished_.end());
  StepOutputs::Output output = std::move(finished->second);
  finished_.erase(finished);
  MadeOutput made{commit.attempt.number};
  auto moved = moved_.find(commit.attempt.task);
  if (moved != moved_.end()) made.refused = refused_by(moved->second.second);
  folder_.commit({output.made_by, made.refused, hosts_.name_of_disk(output.disk)});
  made_[commit.attempt.task] = made;
  const Place place = place_of(commit.attempt.task);
  outputs_.add(place.step, place.task, std::move(output));
}

void FilesRun::carry_out(const DropOutput& drop) {
  const Place place = place_of(drop.attempt.task);
  const StepOutputs::Output& output = outputs_.of(place.step, place.task);
  hosts_.remove(output.disk, output.made_by);
  folder_.forget(output.made_by.fragment, output.made_by.task);
  made_.erase(drop.attempt.task);
  outputs_.remove(place.step, place.task);
}

}  // namespace penstock
