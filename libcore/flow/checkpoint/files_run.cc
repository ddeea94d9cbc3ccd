#include "libcore/flow/checkpoint/files_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <variant>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/checkpoint/output_file.h"

namespace penstock {
namespace {

std::vector<Step> schedule_steps(const std::vector<TaskStep>& steps) {
  std::vector<Step> all;
  for (const TaskStep& step : steps) {
    Step& of = all.emplace_back();
    of.homes.resize(static_cast<size_t>(step.tasks));
    of.reads = step.reads();
  }
  return all;
}

std::vector<size_t> first_tasks(const std::vector<TaskStep>& steps) {
  std::vector<size_t> firsts;
  size_t next = 0;
  for (const TaskStep& step : steps) {
    firsts.push_back(next);
    next += static_cast<size_t>(step.tasks);
  }
  return firsts;
}

RunLimits limits_of(const FilesRunOptions& options) {
  RunLimits limits;
  limits.retries = options.retries;
  limits.backups.is_on = options.copies;
  return limits;
}

bool has_size(const std::string& path, int64_t bytes) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && about.st_size == bytes;
}

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

FilesRun::FilesRun(const PlanPipeline& pipeline, const std::vector<const PlanFragment*>& fragments,
                   JobMaker& maker, LocalLauncher& launcher, const RunFolder& run,
                   CheckpointFolder& folder, const FilesRunOptions& options)
    : steps_(task_steps(pipeline)),
      fragments_(fragments),
      maker_(maker),
      launcher_(launcher),
      run_(run),
      folder_(folder),
      options_(options),
      firsts_(first_tasks(steps_)),
      outputs_(steps_),
      schedule_(schedule_steps(steps_), {static_cast<size_t>(options.slots)}, limits_of(options)) {}

FilesRun::~FilesRun() = default;

FlowOutcome FilesRun::run() {
  carry_out(schedule_.begin(now(), find_made()));
  while (!schedule_.is_over()) {
    wait();
    take_ended();
    tick();
  }
  return outcome();
}

void FilesRun::wait() {
  std::optional<TaskEvent> event = launcher_.next(next_time());
  if (!event) {
    for (auto& [number, run] : runs_)
      run->pass_time();
    carry_out(schedule_.take({now(), TimePassed{}}));
    return;
  }
  if (const auto* asked = std::get_if<EndingAsked>(&event->what)) {
    carry_out(schedule_.take({event->at, *asked}));
    return;
  }
  std::optional<int64_t> number;
  std::visit(
      [&](const auto& what) {
        if constexpr (requires { what.attempt; }) number = what.attempt.number;
      },
      event->what);
  if (!number) return;
  auto run = runs_.find(*number);
  if (run != runs_.end()) run->second->take(*std::move(event));
}

std::optional<FlowTime> FilesRun::next_time() const {
  std::optional<FlowTime> next;
  auto sooner = [&](std::optional<FlowTime> time) {
    if (time) next = next ? std::min(*next, *time) : *time;
  };
  if (!schedule_.is_ending()) sooner(ticked_ + options_.supervisor.tick);
  sooner(schedule_.next_timer());
  for (const auto& [number, run] : runs_)
    sooner(run->supervision().next_timer());
  return next;
}

void FilesRun::tick() {
  if (schedule_.is_ending() || now() - ticked_ < options_.supervisor.tick) return;
  ticked_ = now();
  for (auto& [number, run] : runs_) {
    if (run->has_progressed()) {
      carry_out(schedule_.take({ticked_, TaskProgressed{run->attempt()}}));
    }
  }
  if (options_.supervisor.on_tick) options_.supervisor.on_tick();
}

void FilesRun::carry_out(const RunActions& actions) {
  for (const RunAction& action : actions)
    std::visit([this](const auto& what) { carry_out(what); }, action);
}

void FilesRun::carry_out(const StartTask& start) {
  const Place place = place_of(start.attempt.task);
  try {
    prepare(place);
    if (outputs_.is_idle(place.step, place.task)) {
      end_idle(start.attempt);
    } else {
      begin(start.attempt);
    }
  } catch (const Error& error) {
    fail_start(start.attempt, error);
  }
}

// The first task of a step that starts finds all that the step reads.
void FilesRun::prepare(const Place& place) {
  if (outputs_.is_divided(place.step)) return;
  const TaskStep& step = steps_[place.step];
  if (step.inputs.empty()) {
    outputs_.divide(place.step, outputs_.division_of(place.step));
    return;
  }
  const int64_t fragment = named({firsts_[place.step], 1}).fragment;
  std::optional<PartitionShares> division =
      division_of_numbers(folder_.division_of(fragment), step.read_partitions, step.tasks);
  if (!division) {
    division = outputs_.division_of(place.step);
    folder_.keep_division(fragment, numbers_of(*division));
  }
  outputs_.divide(place.step, *std::move(division));
}

TaskPlaces FilesRun::places_for(const Place& place, const std::string& folder,
                                const Attempt& attempt) {
  const TaskStep& step = steps_[place.step];
  TaskPlaces places;
  places.folder = folder;
  places.partitions = step.partitions;
  places.tasks = step.tasks;
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    const std::string name =
        fmt::format("inputs-{}-{}-{}", attempt.task + 1, attempt.number, i + 1);
    run_.write(name,
               encode_input_files(outputs_.inputs_of(place.step, place.task, step.inputs[i])));
    places.lists[step.inputs[i].fragment] = run_.path() + "/" + name;
  }
  for (const TaskStep::WholeInput& whole : step.wholes)
    places.outputs[whole.pipeline] = outputs_.whole_output(whole.step);
  return places;
}

void FilesRun::begin(const Attempt& attempt) {
  const Place place = place_of(attempt.task);
  const TaskStep& step = steps_[place.step];
  moved_.erase(attempt.task);
  const std::string folder = folder_.begin_attempt(named(attempt));
  AttemptSpec spec;
  spec.attempt = attempt;
  const TaskPlaces places = places_for(place, folder, attempt);
  spec.launch =
      maker_.make_task(*step.pipeline, step.fragment, static_cast<int64_t>(place.task) + 1, places);
  for (const RunFile& file : spec.launch.files)
    run_.write(file.name, file.bytes);
  if (step.partitions == 0) spec.output = create_output(folder);
  const int64_t number = ++numbers_;
  spec.counts = fmt::format("{}/task-counts-{}", run_.path(), number);
  spec.environment = options_.environment;
  if (attempt.number > 1 && options_.on_again) {
    auto failure = failures_.find(attempt.task);
    options_.on_again(spec.launch.jobs.front(), attempt.number,
                      failure == failures_.end() ? "" : failure->second.message);
  }
  failures_.erase(attempt.task);
  AttemptRun& run =
      *runs_
           .emplace(number, std::make_unique<AttemptRun>(launcher_, number, std::move(spec),
                                                         options_.supervisor))
           .first->second;
  run.begin();
  carry_out(schedule_.take({now(), TaskStarted{attempt, 0}}));
}

// It has nothing to read, and so leaves nothing.
void FilesRun::end_idle(const Attempt& attempt) {
  const std::string folder = folder_.begin_attempt(named(attempt));
  write_partition_list(folder, {});
  carry_out(schedule_.take({now(), TaskStarted{attempt, 0}}));
  carry_out(schedule_.take({now(), TaskEnded{attempt, 0, {}, "", false, false}}));
}

void FilesRun::fail_start(const Attempt& attempt, const Error& error) {
  failures_[attempt.task] = {kOwnFailure, error.message()};
  carry_out(schedule_.take({now(), TaskStarted{attempt, 0}}));
  carry_out(schedule_.take(
      {now(),
       TaskEnded{attempt, W_EXITCODE(kOwnFailure, 0), {}, "", false, error.is_of_machine()}}));
}

void FilesRun::carry_out(const EndAttempt& end) {
  for (auto& [number, run] : runs_) {
    if (run->attempt() == end.attempt) run->end();
  }
}

// Its processes are asked first, and killed 0.3 s later.
void FilesRun::carry_out(const KillAttempt& kill) {
  carry_out(EndAttempt{kill.attempt});
}

void FilesRun::take_ended() {
  for (auto next = runs_.begin(); next != runs_.end();) {
    if (!next->second->supervision().is_over()) {
      ++next;
      continue;
    }
    const std::unique_ptr<AttemptRun> run = std::move(next->second);
    runs_.erase(next);
    end(*run);
    // What was started meanwhile may be anywhere.
    next = runs_.begin();
  }
}

void FilesRun::end(AttemptRun& run) {
  const Attempt attempt = run.attempt();
  const Place place = place_of(attempt.task);
  moved_[attempt.task] = {run.jobs(), run.moved()};
  TaskEnded ended{attempt, wait_status_of(run.supervision().verdict()),
                  {},      "",
                  false,   run.supervision().is_of_machine()};
  FlowOutcome outcome;
  try {
    outcome = run.supervision().outcome();
    if (outcome.status == 0) finish_output(folder_.path_of(named(attempt)), steps_[place.step]);
  } catch (const Error& error) {
    outcome = {kOwnFailure, error.message()};
    ended.wait_status = W_EXITCODE(kOwnFailure, 0);
    ended.is_of_machine =
        error.is_of_machine() || run.supervision().verdict().kind != Verdict::Kind::kDone;
  }
  if (outcome.status != 0 && !outcome.is_stopped) failures_[attempt.task] = outcome;
  if (outcome.status != 0) folder_.remove_attempt(named(attempt));
  // Of a death nothing need be read: a reader that finds damage ends by itself.
  const bool may_be_damage = run.supervision().verdict().kind == Verdict::Kind::kEndedBadly;
  if (ended.is_of_machine && may_be_damage) {
    for (const Attempt& lost : damaged_inputs(place))
      carry_out(schedule_.lose_output(lost, now()));
  }
  carry_out(schedule_.take({now(), std::move(ended)}));
  // Another attempt of the task was first, or nobody needs it any more.
  auto made = made_.find(attempt.task);
  const bool is_output = made != made_.end() && made->second.attempt == attempt.number;
  if (outcome.status == 0 && !is_output) folder_.remove_attempt(named(attempt));
}

// The outputs that the task reads and that are not as they were committed.
std::vector<Attempt> FilesRun::damaged_inputs(const Place& place) const {
  std::vector<Attempt> damaged;
  for (size_t step : steps_[place.step].reads()) {
    for (size_t task = 0; task < static_cast<size_t>(steps_[step].tasks); ++task) {
      const size_t of_all = firsts_[step] + task;
      if (!outputs_.has(step, task) || outputs_.is_whole(step, task)) continue;
      damaged.push_back({of_all, made_.at(of_all).attempt});
    }
  }
  return damaged;
}

void FilesRun::carry_out(const CommitOutput& commit) {
  const TaskAttempt attempt = named(commit.attempt);
  MadeOutput made{commit.attempt.number};
  auto moved = moved_.find(commit.attempt.task);
  if (moved != moved_.end()) made.refused = refused_by(moved->second.second);
  folder_.commit(attempt, made.refused);
  made_[commit.attempt.task] = made;
  const Place place = place_of(commit.attempt.task);
  const std::string folder = folder_.output_of(attempt.fragment, attempt.task);
  outputs_.add(place.step, place.task, folder, read_partition_list(folder));
}

void FilesRun::carry_out(const DropOutput& drop) {
  const TaskAttempt attempt = named(drop.attempt);
  folder_.remove_output(attempt.fragment, attempt.task);
  made_.erase(drop.attempt.task);
  const Place place = place_of(drop.attempt.task);
  outputs_.remove(place.step, place.task);
}

void FilesRun::carry_out(const EndFlow& end) {
  verdict_ = end.verdict;
}

// The outputs that an earlier run has left, as far as they are what was committed.
std::vector<MaterializedSchedule::Made> FilesRun::find_made() {
  std::map<int64_t, size_t> by_fragment;
  for (size_t step = 0; step < steps_.size(); ++step)
    by_fragment[named({firsts_[step], 1}).fragment] = step;
  std::vector<MaterializedSchedule::Made> made;
  for (const auto& [each, refused] : folder_.committed()) {
    auto step = by_fragment.find(each.fragment);
    if (step == by_fragment.end() || each.task < 1 || each.task > steps_[step->second].tasks ||
        each.attempt < 1) {
      continue;
    }
    const auto task = static_cast<size_t>(each.task - 1);
    const std::string folder = folder_.output_of(each.fragment, each.task);
    try {
      std::vector<PartitionFile> files = read_partition_list(folder);
      const bool is_there = std::all_of(files.begin(), files.end(), [&](const PartitionFile& file) {
        return has_size(folder + "/" + file.name, file.facts.bytes);
      });
      if (!is_there || !outputs_.fits(step->second, files)) continue;
      outputs_.add(step->second, task, folder, std::move(files));
    } catch (const Error&) {
      continue;  // it is made again
    }
    const size_t of_all = firsts_[step->second] + task;
    made_[of_all] = {each.attempt, refused};
    made.push_back({{of_all, each.attempt}, kThisHost});
  }
  return made;
}

FilesRun::Place FilesRun::place_of(size_t task) const {
  auto after = std::upper_bound(firsts_.begin(), firsts_.end(), task);
  const auto step = static_cast<size_t>(after - firsts_.begin()) - 1;
  return {step, task - firsts_[step]};
}

TaskAttempt FilesRun::named(const Attempt& attempt) const {
  const Place place = place_of(attempt.task);
  auto fragment = std::find(fragments_.begin(), fragments_.end(), &steps_[place.step].of());
  PENSTOCK_CHECK(fragment != fragments_.end());
  return {fragment - fragments_.begin() + 1, static_cast<int64_t>(place.task) + 1, attempt.number};
}

RefusedCounts FilesRun::refused() const {
  RefusedCounts sum;
  for (const auto& [task, made] : made_)
    add(sum, made.refused);
  return sum;
}

std::vector<Job> FilesRun::jobs() const {
  std::vector<Job> all;
  for (const auto& [task, of_task] : moved_)
    all.insert(all.end(), of_task.first.begin(), of_task.first.end());
  for (const auto& [number, run] : runs_)
    all.insert(all.end(), run->jobs().begin(), run->jobs().end());
  return all;
}

std::vector<MovedRows> FilesRun::moved() const {
  std::vector<MovedRows> all;
  for (const auto& [task, of_task] : moved_)
    all.insert(all.end(), of_task.second.begin(), of_task.second.end());
  for (const auto& [number, run] : runs_) {
    const std::vector<MovedRows> each = run->moved();
    all.insert(all.end(), each.begin(), each.end());
  }
  return all;
}

FlowOutcome FilesRun::outcome() const {
  switch (verdict_.kind) {
    case Verdict::Kind::kDone:
      return {};
    case Verdict::Kind::kAskedToEnd:
      return {128 + verdict_.value, fmt::format("stopped by {}", strsignal(verdict_.value)), true};
    default:
      break;
  }
  FlowOutcome outcome{kOwnFailure, "a task made no progress for 10 minutes"};
  auto failure = failures_.find(verdict_.task);
  if (failure != failures_.end()) outcome = failure->second;
  return outcome;
}

}  // namespace penstock
