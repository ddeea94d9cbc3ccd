#include "libcore/flow/run_flow.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "libcore/flow/launch.h"
#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/supervisor.h"
#include "libcore/flow/watch/events.h"
#include "libcore/flow/watch/log.h"
#include "libcore/flow/watch/report.h"
#include "libcore/net/limits.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/open_files.h"
#include "libcore/os/planned_files.h"
#include "libcore/os/run_counts.h"

namespace penstock {
namespace {

// At most what the name of a socket adds to its folder's: /to-FRAGMENT.WORKER.
constexpr int64_t kSocketNameBytes = 24;

// Descriptors for each process: two ends of a pipe, its standard error, and some to spare.
constexpr int64_t kFilesEach = 5;

class FlowRun {
 public:
  FlowRun(const Flow& flow, const RunOptions& options) : flow_(flow), options_(options) {
    if (!options.log.empty()) events_.add(log_.emplace(options.log));
    if (!options.report.empty()) events_.add(report_.emplace(options.report));
    if (options.on_progress) events_.add(progress_.emplace(options.on_progress));
  }

  FlowOutcome run() {
    events_.send(FlowBegan{flow_.text, options_.plan.workers});
    FlowOutcome outcome;
    for (const FlowStatement& statement : flow_.statements) {
      outcome = run_statement(statement);
      if (outcome.is_stopped) held_->forget();
      if (outcome.status != 0 || outcome.output_closed) break;
    }
    events_.send(FlowEnded{outcome, plans_});
    return outcome;
  }

 private:
  // From now on nothing but KILL ends us before the folder is gone.
  void begin() {
    if (folder_) return;
    held_.emplace();
    folder_.emplace();
    launcher_.emplace();
  }

  // Whether sockets can lie there, and their names be listed.
  static bool is_socket_folder(const std::string& path) {
    return path.find(',') == path.npos && std::ssize(path) + kSocketNameBytes <= kMaxIpcPathBytes;
  }

  FlowOutcome run_statement(const FlowStatement& statement) {
    plans_.push_back(plan_statement(flow_, statement, options_.plan));
    begin();
    const PlanStatement& plan = plans_.back();
    // Of all statements, so that a fragment's number is the one that --explain shows.
    fragments_.clear();
    for (const PlanStatement& each : plans_)
      append_fragments(each.pipeline, fragments_);
    plan_files(plan);
    const std::vector<RunHost> hosts{{folder_->path(), {}}};
    JobMaker maker(hosts, fragments_);
    if (!is_socket_folder(folder_->path())) maker.reach_sockets_by_descriptor();
    shared_.clear();
    ByteSinkPtr sink = open_sink(plan.output.value_or("-"), options_.sync);
    for (const Step& step : maker.steps(plan.pipeline)) {
      bool last = step[0] == &plan.pipeline;
      for (const PlanPipeline* pipeline : step) {
        if (last) break;
        maker.share(*pipeline, std::ssize(shared_));
        shared_.push_back(folder_->make_nameless());
      }
      FlowOutcome outcome = run_step(maker, step, sink->descriptor(), last && !plan.output);
      if (outcome.status != 0 || outcome.output_closed) return outcome;
    }
    FlowOutcome outcome = check_files();
    if (outcome.status == 0 && plan.output) sink->finish();
    return outcome;
  }

  // Writes down the files that several workers read, for them to read as much as planning saw.
  void plan_files(const PlanStatement& plan) {
    std::vector<const PlanFragment*> fragments;
    append_fragments(plan.pipeline, fragments);
    files_.clear();
    for (const PlanFragment* fragment : fragments)
      files_.insert(files_.end(), fragment->files.begin(), fragment->files.end());
    if (!files_.empty()) write_planned_files(files_path(), files_);
  }

  std::string files_path() const {
    return fmt::format("{}/files-{}", folder_->path(), plans_.size());
  }

  // Whether what was read may be of two versions of a file.
  FlowOutcome check_files() const {
    for (const PlannedFile& file : files_) {
      std::string change = change_of(file);
      if (change.empty()) continue;
      return {
          1,
          fmt::format("{}: the file {} while the flow ran, so the result may not belong to any "
                      "version of it; run the flow again when nothing writes to it, or on a copy",
                      file.path, change),
          false};
    }
    return {};
  }

  // `to_us`: the step writes where our own output goes.
  FlowOutcome run_step(JobMaker& maker, const Step& step, int out, bool to_us) {
    allow_open_files(count_processes(step) * kFilesEach, "files for processes",
                     "use fewer workers (-n)");
    Launch launch = maker.make(step);
    for (const RunFile& file : launch.files)
      folder_->write(file.name, file.bytes);
    std::vector<std::string> environment;
    if (!files_.empty()) {
      environment.push_back(fmt::format("{}={}", kPlannedFilesVariable, files_path()));
    }
    OpenChannels channels(launch.channels, {STDIN_FILENO, out, folder_->descriptor(), shared_});
    LocalStep running(*launcher_, launch.jobs, std::move(channels),
                      fmt::format("{}/counts-{}", folder_->path(), ++steps_),
                      std::move(environment));
    return watch_step(launch, running, to_us);
  }

  FlowOutcome watch_step(const Launch& launch, StepLauncher& running, bool to_us) {
    SupervisorOptions supervisor;
    supervisor.pass_on = options_.pass_on;
    supervisor.events = &events_;
    supervisor.divided = launch.divided;
    auto moved = [&] {
      std::vector<MovedRows> each;
      for (size_t task = 0; task < launch.jobs.size(); ++task)
        each.push_back(running.moved(task));
      return each;
    };
    auto output_began = [&] { return to_us && may_have_written(launch.jobs, moved()); };
    if (progress_) {
      supervisor.on_tick = [&] {
        events_.send(StepMoved{progress_of(launch.jobs, moved()), output_began()});
      };
    }
    events_.send(StepBegan{});
    FlowOutcome outcome = supervise(launch.jobs, running, supervisor);
    if (outcome.status != 0) return outcome;
    if (events_.is_watched()) {
      events_.send(StepEnded{progress_of(launch.jobs, moved()), output_began()});
    }
    tell_refused(moved());
    return outcome;
  }

  // One note of what the readers of all workers refused.
  void tell_refused(const std::vector<MovedRows>& of_all) const {
    RefusedCounts refused;
    for (const MovedRows& moved : of_all) {
      refused.values += moved.null_values;
      refused.lines += moved.left_out_lines;
      refused.records += moved.left_out_records;
      refused.headers += moved.faulty_headers;
    }
    std::string note = refused_note(refused);
    if (!note.empty() && options_.plan.note) options_.plan.note(note);
  }

  static int64_t count_processes(const Step& step) {
    std::vector<const PlanFragment*> fragments;
    for (const PlanPipeline* pipeline : step)
      append_fragments(*pipeline, fragments);
    int64_t count = 0;
    for (const PlanFragment* fragment : fragments)
      count += fragment->workers * (std::ssize(fragment->stages) + 1);
    return count;
  }

  const Flow& flow_;
  const RunOptions& options_;
  std::optional<EventLog> log_;
  std::optional<RunReport> report_;
  std::optional<ProgressWatcher> progress_;
  EventStream events_;
  // In this order: the folder goes before signals are let through.
  std::optional<HeldSignals> held_;
  std::optional<RunFolder> folder_;
  std::optional<LocalLauncher> launcher_;
  int64_t steps_ = 0;
  std::vector<PlanStatement> plans_;
  std::vector<const PlanFragment*> fragments_;
  // Of the statement that runs.
  std::vector<PlannedFile> files_;
  std::vector<Descriptor> shared_;
};

}  // namespace

FlowOutcome run_flow(const Flow& flow, const RunOptions& options) {
  return FlowRun(flow, options).run();
}

std::vector<PlanStatement> plan_flow(const Flow& flow, const PlanOptions& options) {
  std::vector<PlanStatement> plans;
  for (const FlowStatement& statement : flow.statements)
    plans.push_back(plan_statement(flow, statement, options));
  return plans;
}

}  // namespace penstock
