// Which tasks of a materialized run have to be started, and where.
#include <algorithm>

#include "libcore/base/check.h"
#include "libcore/flow/tasks/materialized_schedule.h"

namespace penstock {

void MaterializedSchedule::set_missing(size_t index, size_t missing) {
  StepRecord& step = steps_[index];
  const bool was_whole = step.missing == 0;
  if (step.readers.empty()) unmade_ = unmade_ + missing - step.missing;
  step.missing = missing;
  if (was_whole == (missing == 0)) return;
  for (size_t reader : step.readers) {
    size_t& unmet = steps_[reader].unmet;
    unmet = was_whole ? unmet + 1 : unmet - 1;
    note_startable(reader);
  }
}

void MaterializedSchedule::note_startable(size_t index) {
  const StepRecord& step = steps_[index];
  if (step.unmet == 0 && (step.fresh > 0 || !step.again.empty())) {
    startable_.insert(index);
  } else {
    startable_.erase(index);
  }
}

// Outputs are needed while a task of a step that reads them has its own to make; so what is needed
// again may need what was read for it, back to the outputs that are still there.
void MaterializedSchedule::want_what_is_needed(bool is_begin) {
  for (size_t i = steps_.size(); i-- > 0;) {
    const StepRecord& step = steps_[i];
    if (step.absent == 0) continue;
    const bool is_needed =
        step.readers.empty() ||
        std::any_of(step.readers.begin(), step.readers.end(),
                    [&](size_t reader) { return steps_[reader].missing > steps_[reader].absent; });
    if (!is_needed) continue;
    for (size_t task = step.first; task < step.first + step.tasks; ++task) {
      if (tasks_[task].phase != Phase::kAbsent) continue;
      --steps_[i].absent;
      if (!is_begin && tasks_[task].attempts > 0) ++counts_.made_again;
      want(task, is_begin && tasks_[task].attempts == 0);
    }
    if (!is_begin) continue;
    const auto& homes = plan_[i].homes;
    for (size_t k = homes.size(); k-- > 0;) {
      if (homes[k]) steps_[i].at_home[*homes[k]].push_back(step.first + k);
    }
  }
}

void MaterializedSchedule::want(size_t task, bool is_fresh) {
  StepRecord& step = step_of(task);
  tasks_[task].phase = is_fresh ? Phase::kFresh : Phase::kAgain;
  if (step.at_home_only) {
    const size_t home = *plan_[tasks_[task].step].homes[task - step.first];
    if (hosts_.is_lost(home)) homeless_ = home;
  }
  if (is_fresh) {
    ++step.fresh;
  } else {
    step.again.push_back(task);
  }
  note_startable(tasks_[task].step);
}

void MaterializedSchedule::commit(const Attempt& attempt, const Run& by, FlowTime at) {
  TaskRecord& record = tasks_[attempt.task];
  record.phase = Phase::kMade;
  record.host = static_cast<int32_t>(by.host);
  record.made_by = static_cast<int32_t>(attempt.number);
  record.failures = 0;
  if (by.is_copy) ++counts_.copies_used;
  actions_.push_back(CommitOutput{attempt, by.host});
  for (auto run = runs_.lower_bound({attempt.task, 0});
       run != runs_.end() && run->first.first == attempt.task; ++run) {
    kill(run, at);
  }
  set_missing(record.step, steps_[record.step].missing - 1);
}

void MaterializedSchedule::drop(size_t task) {
  TaskRecord& record = tasks_[task];
  record.phase = Phase::kAbsent;
  actions_.push_back(DropOutput{{task, record.made_by}, static_cast<size_t>(record.host)});
  ++steps_[record.step].absent;
  set_missing(record.step, steps_[record.step].missing + 1);
}

void MaterializedSchedule::start_more(FlowTime at) {
  for (auto next = startable_.begin(); next != startable_.end();) {
    const size_t index = *next++;
    start_again(steps_[index]);
    start_fresh(steps_[index]);
    note_startable(index);
  }
  start_copies(at);
}

// Not where it failed, if it can be.
std::optional<size_t> MaterializedSchedule::place_again(size_t task) const {
  const TaskRecord& record = tasks_[task];
  const std::optional<size_t> home = plan_[record.step].homes[task - step_of(task).first];
  if (step_of(task).at_home_only) return hosts_.has_room_for_own(*home) ? home : std::nullopt;
  if (record.host < 0) return home && hosts_.is_free(*home) ? home : hosts_.place(std::nullopt);
  const auto failed_on = static_cast<size_t>(record.host);
  if (home && *home != failed_on && hosts_.is_free(*home)) return home;
  return hosts_.place(failed_on);
}

void MaterializedSchedule::start_again(StepRecord& step) {
  for (auto task = step.again.begin(); task != step.again.end();) {
    if (!step.at_home_only && !hosts_.place(std::nullopt)) return;
    const std::optional<size_t> host = place_again(*task);
    if (!host) {
      ++task;
      continue;
    }
    start(*task, *host, false);
    task = step.again.erase(task);
  }
}

void MaterializedSchedule::start_fresh(StepRecord& step) {
  if (step.fresh == 0) return;
  if (step.at_home_only) {
    std::vector<size_t> homes;
    for (const auto& [host, tasks] : step.at_home)
      homes.push_back(host);
    for (size_t host : homes)
      start_at_home(step, host);
    return;
  }
  const std::vector<size_t> free = step.at_home.empty() ? std::vector<size_t>() : hosts_.free();
  for (size_t host : free)
    start_at_home(step, host);
  while (step.fresh > 0) {
    const std::optional<size_t> host = hosts_.place(std::nullopt);
    if (!host) return;
    while (tasks_[step.next_fresh].phase != Phase::kFresh)
      ++step.next_fresh;
    --step.fresh;
    start(step.next_fresh, *host, false);
  }
}

void MaterializedSchedule::start_at_home(StepRecord& step, size_t host) {
  auto at_home = step.at_home.find(host);
  if (at_home == step.at_home.end()) return;
  auto has_room = [&] {
    return step.at_home_only ? hosts_.has_room_for_own(host) : hosts_.is_free(host);
  };
  std::vector<size_t>& tasks = at_home->second;
  while (!tasks.empty() && has_room()) {
    const size_t task = tasks.back();
    tasks.pop_back();
    if (tasks_[task].phase != Phase::kFresh) continue;
    --step.fresh;
    start(task, host, false);
  }
  if (tasks.empty()) step.at_home.erase(at_home);
}

void MaterializedSchedule::start(size_t task, size_t host, bool is_copy) {
  TaskRecord& record = tasks_[task];
  record.phase = Phase::kRunning;
  const Attempt attempt{task, ++record.attempts};
  Run run;
  run.host = host;
  run.is_copy = is_copy;
  runs_.insert({{attempt.task, attempt.number}, run});
  hosts_.take(host);
  if (is_copy) ++counts_.copies;
  actions_.push_back(StartTask{attempt, host});
}

// A copy takes a slot that no other task can have.
void MaterializedSchedule::start_copies(FlowTime at) {
  for (StepRecord& step : steps_) {
    for (std::optional<Copy> copy = next_copy(step); copy && copy->of.due <= at;
         copy = next_copy(step)) {
      const Attempt& of = copy->of.attempt;
      Run& run = runs_.at({of.task, of.number});
      step.stragglers.forget(of, run.since);
      run.is_watched = false;
      start(of.task, copy->host, true);
    }
  }
}

std::optional<MaterializedSchedule::Copy> MaterializedSchedule::next_copy(
    const StepRecord& step) const {
  // Its inputs are being made again, or it may run on no other host.
  if (step.unmet > 0 || step.at_home_only) return std::nullopt;
  std::optional<Stragglers::Suspect> suspect = step.stragglers.next(step.tasks - step.missing);
  if (!suspect) return std::nullopt;
  const Run& run = runs_.at({suspect->attempt.task, suspect->attempt.number});
  const std::optional<size_t> host = hosts_.place(run.host);
  if (!host) return std::nullopt;
  return Copy{*suspect, *host};
}

}  // namespace penstock
