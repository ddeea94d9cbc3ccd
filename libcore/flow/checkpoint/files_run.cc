#include "libcore/flow/checkpoint/files_run.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/output_file.h"

namespace penstock {
namespace {

// Where there are several hosts, tasks that may not run anywhere run where the plan has placed
// them.
std::vector<Step> schedule_steps(const std::vector<TaskStep>& steps, const TaskHosts& hosts) {
  std::vector<Step> all;
  for (const TaskStep& step : steps) {
    Step& of = all.emplace_back();
    of.homes.resize(static_cast<size_t>(step.tasks));
    of.reads = step.reads();
    of.outlives_hosts = hosts.share_one_disk();
    const PlanFragment& fragment = step.of();
    of.at_home_only = hosts.size() > 1 && !fragment.runs_anywhere();
    if (!of.at_home_only) continue;
    for (size_t task = 0; task < of.homes.size(); ++task)
      of.homes[task] = fragment.hosts[task];
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

}  // namespace

FilesRun::FilesRun(const PlanPipeline& pipeline, const std::vector<const PlanFragment*>& fragments,
                   JobMaker& maker, TaskHosts& hosts, const RunFolder& run,
                   CheckpointFolder& folder, const FilesRunOptions& options)
    : steps_(task_steps(pipeline)),
      fragments_(fragments),
      maker_(maker),
      hosts_(hosts),
      run_(run),
      folder_(folder),
      options_(options),
      firsts_(first_tasks(steps_)),
      outputs_(steps_),
      schedule_(schedule_steps(steps_, hosts), options.slots, limits_of(options)) {}

FilesRun::~FilesRun() {
  hosts_.end_listening();
}

FlowOutcome FilesRun::run() {
  std::vector<MaterializedSchedule::Made> made;
  if (!find_made(made)) return stopped_by(hosts_.signal());
  hosts_.listen();
  carry_out(schedule_.begin(now(), made));
  for (const HostLost& lost : hosts_.lost())
    lose(lost);
  while (!schedule_.is_over()) {
    wait();
    take_ended();
    conclude_all();
    tick();
  }
  hosts_.end_listening();
  return outcome();
}

void FilesRun::wait() {
  std::optional<HostsEvent> event = hosts_.next(next_time());
  if (!event) {
    for (auto& [number, running] : runs_)
      running.run->pass_time();
    carry_out(schedule_.take({now(), TimePassed{}}));
  } else if (auto* of_task = std::get_if<TaskEvent>(&*event)) {
    take(std::move(*of_task));
  } else {
    const auto& answer = std::get<HostAnswer>(*event);
    std::visit([&](const auto& what) { take(answer.host, what); }, answer.what);
  }
}

void FilesRun::take(TaskEvent event) {
  if (const auto* lost = std::get_if<HostLost>(&event.what)) return lose(*lost);
  if (const auto* asked = std::get_if<EndingAsked>(&event.what)) {
    return carry_out(schedule_.take({event.at, *asked}));
  }
  std::optional<int64_t> number;
  std::visit(
      [&](const auto& what) {
        if constexpr (requires { what.attempt; }) number = what.attempt.number;
      },
      event.what);
  if (!number) return;
  auto running = runs_.find(*number);
  if (running != runs_.end()) running->second.run->take(std::move(event));
}

// With a host go its attempts, what they have left on its disk, and so the inputs of others.
void FilesRun::lose(const HostLost& lost) {
  if (!why_lost_.try_emplace(lost.host, lost.why).second) return;
  if (options_.on_lost) options_.on_lost(lost.why);
  std::erase_if(runs_, [&](const auto& each) {
    const RunningAttempt& running = each.second;
    if (running.host != lost.host) return false;
    failures_[running.run->attempt().task] = {kOwnFailure, lost.why};
    return true;
  });
  std::erase_if(ended_, [&](const auto& each) { return each.second.host == lost.host; });
  for (auto& [key, ended] : ended_)
    std::erase_if(ended.asked, [&](const auto& asked) { return asked.first == lost.host; });
  carry_out(schedule_.take({now(), lost}));
  for (auto& [number, running] : runs_) {
    const std::vector<size_t> reads = steps_[place_of(running.run->attempt().task).step].reads();
    if (std::all_of(reads.begin(), reads.end(), [&](size_t step) { return is_made(step); })) {
      continue;
    }
    running.is_cut_off = true;
    running.run->end();
  }
}

bool FilesRun::is_made(size_t step) const {
  for (size_t task = 0; task < static_cast<size_t>(steps_[step].tasks); ++task) {
    if (!outputs_.has(step, task)) return false;
  }
  return true;
}

std::optional<FlowTime> FilesRun::next_time() const {
  std::optional<FlowTime> next;
  auto sooner = [&](std::optional<FlowTime> time) {
    if (time) next = next ? std::min(*next, *time) : *time;
  };
  if (!schedule_.is_ending()) sooner(ticked_ + options_.supervisor.tick);
  sooner(schedule_.next_timer());
  for (const auto& [number, running] : runs_)
    sooner(running.run->supervision().next_timer());
  return next;
}

void FilesRun::tick() {
  if (schedule_.is_ending() || now() - ticked_ < options_.supervisor.tick) return;
  ticked_ = now();
  for (auto& [number, running] : runs_) {
    if (running.run->has_progressed()) {
      carry_out(schedule_.take({ticked_, TaskProgressed{running.run->attempt()}}));
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
      begin(start);
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

TaskPlaces FilesRun::places_for(const StartTask& start, const Place& place) {
  const TaskStep& step = steps_[place.step];
  const ReadingPlace& reading = hosts_.reading_place(start.host);
  TaskPlaces places;
  places.folder = folder_.outputs().unfinished(named(start.attempt));
  places.partitions = step.partitions;
  places.tasks = step.tasks;
  places.host = start.host;
  int64_t lists = 0;
  auto put = [&](const std::vector<InputFile>& files) {
    const bool is_remote = std::any_of(
        files.begin(), files.end(), [](const InputFile& file) { return !file.endpoint.empty(); });
    if (is_remote) places.keys = hosts_.keys();
    const std::string name =
        fmt::format("inputs-{}-{}-{}", start.attempt.task + 1, start.attempt.number, ++lists);
    return hosts_.put(start.host, name, encode_input_files(files));
  };
  for (const TaskStep::Input& input : step.inputs)
    places.lists[input.fragment] = put(outputs_.inputs_of(place.step, place.task, input, reading));
  for (const TaskStep::WholeInput& whole : step.wholes) {
    const InputFile file = outputs_.whole_output(whole.step, reading);
    const bool is_list = !file.endpoint.empty();
    places.outputs[whole.pipeline] = {is_list ? put({file}) : file.path, is_list};
  }
  return places;
}

void FilesRun::begin(const StartTask& start) {
  const Attempt& attempt = start.attempt;
  const Place place = place_of(attempt.task);
  const TaskStep& step = steps_[place.step];
  moved_.erase(attempt.task);
  hosts_.begin(start.host, named(attempt));
  AttemptSpec spec;
  spec.attempt = attempt;
  const TaskPlaces places = places_for(start, place);
  spec.launch =
      maker_.make_task(*step.pipeline, step.fragment, static_cast<int64_t>(place.task) + 1, places);
  for (const RunFile& file : spec.launch.files)
    hosts_.put(start.host, file.name, file.bytes);
  if (step.partitions == 0) {
    spec.output_folder = places.folder;
    if (start.host == kThisHost) spec.output = create_output(places.folder);
  }
  const int64_t number = ++numbers_;
  spec.counts = fmt::format("{}/task-counts-{}", run_.path(), number);
  spec.environment = options_.environment[start.host];
  if (attempt.number > 1 && options_.on_again) {
    auto failure = failures_.find(attempt.task);
    options_.on_again(spec.launch.jobs.front(), attempt.number,
                      failure == failures_.end() ? "" : failure->second.message);
  }
  failures_.erase(attempt.task);
  RunningAttempt running;
  running.run = std::make_unique<AttemptRun>(hosts_.step_maker(start.host), number, std::move(spec),
                                             options_.supervisor);
  running.host = start.host;
  AttemptRun& run = *runs_.emplace(number, std::move(running)).first->second.run;
  run.begin();
  carry_out(schedule_.take({now(), TaskStarted{attempt, 0}}));
}

// It has nothing to read, and so leaves nothing, on this host.
void FilesRun::end_idle(const Attempt& attempt) {
  const TaskAttempt output = named(attempt);
  write_partition_list(folder_.outputs().begin(output), {});
  folder_.outputs().finish(output);
  finished_[{attempt.task, attempt.number}] = {output, kThisHost, {}};
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
  for (auto& [number, running] : runs_) {
    if (running.run->attempt() == end.attempt) running.run->end();
  }
}

// Its processes are asked first, and killed 0.3 s later.
void FilesRun::carry_out(const KillAttempt& kill) {
  carry_out(EndAttempt{kill.attempt});
}

void FilesRun::carry_out(const EndFlow& end) {
  verdict_ = end.verdict;
}

// The outputs that an earlier run has left, as far as they are what was committed.
bool FilesRun::find_made(std::vector<MaterializedSchedule::Made>& made) {
  const std::vector<CommittedTask> committed = folder_.committed();
  std::vector<TaskHosts::Found> found;
  if (!hosts_.find(committed, found)) return false;
  for (TaskHosts::Found& each : found) {
    const std::optional<Attempt> attempt = attempt_of(each.made->attempt);
    if (!attempt) continue;
    const Place place = place_of(attempt->task);
    if (!outputs_.fits(place.step, each.files)) continue;
    outputs_.add(place.step, place.task, {each.made->attempt, each.disk, std::move(each.files)});
    made_[attempt->task] = {attempt->number, each.made->refused};
    made.push_back({*attempt, each.disk});
  }
  return true;
}

// Nothing for one that is not of this statement.
std::optional<Attempt> FilesRun::attempt_of(const TaskAttempt& output) const {
  for (size_t step = 0; step < steps_.size(); ++step) {
    if (named({firsts_[step], 1}).fragment != output.fragment) continue;
    if (output.task < 1 || output.task > steps_[step].tasks || output.attempt < 1) break;
    return Attempt{firsts_[step] + static_cast<size_t>(output.task) - 1, output.attempt};
  }
  return std::nullopt;
}

InputFile FilesRun::output() const {
  return outputs_.whole_output(steps_.size() - 1, hosts_.reading_place(kThisHost));
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
  for (const auto& [number, running] : runs_)
    all.insert(all.end(), running.run->jobs().begin(), running.run->jobs().end());
  return all;
}

std::vector<MovedRows> FilesRun::moved() const {
  std::vector<MovedRows> all;
  for (const auto& [task, of_task] : moved_)
    all.insert(all.end(), of_task.second.begin(), of_task.second.end());
  for (const auto& [number, running] : runs_) {
    const std::vector<MovedRows> each = running.run->moved();
    all.insert(all.end(), each.begin(), each.end());
  }
  return all;
}

FlowOutcome FilesRun::outcome() const {
  switch (verdict_.kind) {
    case Verdict::Kind::kDone:
      return {};
    case Verdict::Kind::kAskedToEnd:
      return stopped_by(verdict_.value);
    case Verdict::Kind::kHostLost:
      return {kOwnFailure, why_lost_.at(static_cast<size_t>(verdict_.value))};
    default:
      break;
  }
  FlowOutcome outcome{kOwnFailure, "a task made no progress for 10 minutes"};
  auto failure = failures_.find(verdict_.task);
  if (failure != failures_.end()) outcome = failure->second;
  return outcome;
}

}  // namespace penstock
