#include "libcore/flow/run_flow.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/json_writer.h"
#include "libcore/flow/explain.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/run_report.h"
#include "libcore/net/limits.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/open_files.h"
#include "libcore/os/planned_files.h"
#include "libcore/os/run_counts.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;

// Events as they happen, an object a line.
class EventLog {
 public:
  explicit EventLog(const std::string& path) : path_(path), began_(Clock::now()) {
    if (path.empty()) return;
    file_ =
        Descriptor(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));  // NOLINT
    if (file_.get() < 0) throw Error::system(path, "create", errno);
  }

  bool is_open() const { return file_.get() >= 0; }

  void add(const JobEvent& event, const MovedRows& moved) {
    JsonWriter json = begin(event.event);
    json.member("fragment", event.job.fragment);
    json.member("worker", event.job.worker);
    json.member("stage", event.job.stage);
    json.member("pid", int64_t{event.pid});
    if (event.used == nullptr) {
      json.member("words", event.job.spec.words);
    } else {
      if (WIFSIGNALED(event.wait_status)) {
        json.member("signal", int64_t{WTERMSIG(event.wait_status)});
      } else {
        json.member("status", int64_t{WEXITSTATUS(event.wait_status)});
      }
      json.key("cpu_seconds");
      json.word(
          fmt::format("{:.3f}", seconds(event.used->ru_utime) + seconds(event.used->ru_stime)));
      json.member("peak_bytes", int64_t{event.used->ru_maxrss} * 1024);
      if (event.job.is_tool) {
        json.member("rows_in", moved.rows_in);
        json.member("rows_out", moved.rows_out);
        json.member("bytes_out", moved.bytes_out);
      }
    }
    end(std::move(json));
  }

  void add(const FragmentProgress& fragment) {
    JsonWriter json = begin("fragment");
    json.member("fragment", fragment.fragment);
    json.member("workers", fragment.workers);
    json.member("rows_in", fragment.rows_in);
    json.member("rows_out", fragment.rows_out);
    json.member("bytes_out", fragment.bytes_out);
    json.key("skew");
    json.word(fmt::format("{:.3f}", fragment.skew));
    end(std::move(json));
  }

  void add_flow(const char* event, const std::string& key, const std::string& value) {
    if (!is_open()) return;
    JsonWriter json = begin(event);
    json.member(key, std::string_view(value));
    end(std::move(json));
  }

 private:
  static double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  }

  JsonWriter begin(const char* event) const {
    JsonWriter json;
    json.open('{');
    std::chrono::duration<double> since = Clock::now() - began_;
    json.key("seconds");
    json.word(fmt::format("{:.6f}", since.count()));
    json.member("event", std::string_view(event));
    return json;
  }

  void end(JsonWriter json) const {
    json.close('}');
    std::string line = json.take() + "\n";
    ByteSinkPtr sink = sink_to_descriptor(file_.get(), path_);
    sink->write(line);
  }

  std::string path_;
  Clock::time_point began_;
  Descriptor file_;
};

// At most what the name of a socket adds to its folder's: /to-FRAGMENT.WORKER.
constexpr int64_t kSocketNameBytes = 24;

// Descriptors for each process: two ends of a pipe, its standard error, and some to spare.
constexpr int64_t kFilesEach = 5;

class FlowRun {
 public:
  FlowRun(const Flow& flow, const RunOptions& options)
      : flow_(flow), options_(options), log_(options.log) {
    if (!options.report.empty()) report_.emplace(options.report);
  }

  FlowOutcome run() {
    log_.add_flow("flow", "text", flow_.text);
    FlowOutcome outcome;
    for (const FlowStatement& statement : flow_.statements) {
      outcome = run_statement(statement);
      if (outcome.is_stopped) held_->forget();
      if (outcome.status != 0 || outcome.output_closed) break;
    }
    log_.add_flow("done", "message", outcome.message);
    if (report_) report_->write(flow_.text, options_.plan.workers, plans_, outcome);
    return outcome;
  }

 private:
  // From now on nothing but KILL ends us before the folder is gone.
  void begin() {
    if (folder_) return;
    held_.emplace();
    folder_.emplace();
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
    Launcher launcher(folder_->path(), fragments_);
    if (!is_socket_folder(folder_->path())) launcher.reach_sockets_by(folder_->descriptor());
    std::vector<Descriptor> shared;
    ByteSinkPtr sink = open_sink(plan.output.value_or("-"), options_.sync);
    for (const Step& step : launcher.steps(plan.pipeline)) {
      bool last = step[0] == &plan.pipeline;
      std::vector<int> outs;
      for (const PlanPipeline* pipeline : step) {
        outs.push_back(last ? sink->descriptor()
                            : shared.emplace_back(folder_->make_nameless()).get());
        if (!last) launcher.share(*pipeline, outs.back());
      }
      FlowOutcome outcome = run_step(launcher, step, outs, last && !plan.output);
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
      return {1,
              fmt::format("{}: the file {} while the flow ran, so the result may be true of no "
                          "version of it; run it again when nobody writes to it, or on a copy",
                          file.path, change),
              false};
    }
    return {};
  }

  // `to_us`: the step writes where our own output goes.
  FlowOutcome run_step(Launcher& launcher, const Step& step, const std::vector<int>& outs,
                       bool to_us) {
    allow_open_files(count_processes(step) * kFilesEach, "files for processes",
                     "use fewer workers (-n)");
    Launch launch = launcher.make(step, STDIN_FILENO, outs);
    for (Job& job : launch.jobs) {
      if (!job.is_tool || files_.empty()) continue;
      job.spec.environment.push_back(fmt::format("{}={}", kPlannedFilesVariable, files_path()));
    }
    SupervisorOptions supervisor;
    supervisor.pass_on = options_.pass_on;
    RunCounts counts(fmt::format("{}/counts-{}", folder_->path(), ++steps_),
                     std::ssize(launch.jobs));
    for (size_t i = 0; i < launch.jobs.size(); ++i) {
      Job& job = launch.jobs[i];
      if (job.is_tool) job.spec.environment.push_back(counts.variable(static_cast<int64_t>(i)));
    }
    if (log_.is_open() || report_) {
      supervisor.on_event = [&](const JobEvent& event) {
        const MovedRows moved = counts.at(&event.job - launch.jobs.data());
        if (log_.is_open()) log_.add(event, moved);
        if (report_) report_->add(event, moved);
      };
    }
    Clock::time_point began = Clock::now();
    auto tell = [&](bool ended) {
      if (!options_.on_progress) return;
      options_.on_progress({progress_of(launch.jobs, counts), Clock::now() - began,
                            to_us && may_have_written(launch.jobs, counts), ended});
    };
    if (options_.on_progress) supervisor.on_tick = [&] { tell(false); };
    FlowOutcome outcome = supervise(launch.jobs, launch.descriptors, supervisor);
    if (outcome.status != 0) return outcome;
    tell(true);
    tell_refused(launch.jobs, counts);
    if (log_.is_open()) {
      for (const FragmentProgress& fragment : progress_of(launch.jobs, counts))
        log_.add(fragment);
    }
    return outcome;
  }

  // One note of what the readers of all workers refused.
  void tell_refused(const std::vector<Job>& jobs, const RunCounts& counts) const {
    RefusedCounts refused;
    for (size_t i = 0; i < jobs.size(); ++i) {
      const MovedRows moved = counts.at(static_cast<int64_t>(i));
      refused.values += moved.null_values;
      refused.lines += moved.left_out_lines;
      refused.records += moved.left_out_records;
      refused.headers += moved.faulty_headers;
    }
    std::string note = refused_note(refused);
    if (!note.empty() && options_.plan.note) options_.plan.note(note);
  }

  // Whether a job that writes to the flow's own output has begun to. Programs that are none of the
  // family do not tell.
  static bool may_have_written(const std::vector<Job>& jobs, const RunCounts& counts) {
    for (size_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].reader >= 0 || jobs[i].has_more_readers) continue;
      if (!jobs[i].is_tool || counts.at(static_cast<int64_t>(i)).bytes_out > 0) return true;
    }
    return false;
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
  EventLog log_;
  std::optional<RunReport> report_;
  // In this order: the folder goes before signals are let through.
  std::optional<HeldSignals> held_;
  std::optional<RunFolder> folder_;
  int64_t steps_ = 0;
  std::vector<PlanStatement> plans_;
  std::vector<const PlanFragment*> fragments_;
  std::vector<PlannedFile> files_;  // of the statement that runs
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
