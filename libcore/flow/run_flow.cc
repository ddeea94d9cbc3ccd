#include "libcore/flow/run_flow.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/flow/agent/files_on_hosts.h"
#include "libcore/flow/agent/hosts_step.h"
#include "libcore/flow/checkpoint/run_over_files.h"
#include "libcore/flow/checkpoint/statements.h"
#include "libcore/flow/hosts_reach.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/plan/input_size.h"
#include "libcore/flow/planned_inputs.h"
#include "libcore/flow/refused_rows.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/sent_files.h"
#include "libcore/flow/supervisor.h"
#include "libcore/flow/watch/events.h"
#include "libcore/flow/watch/log.h"
#include "libcore/flow/watch/report.h"
#include "libcore/net/limits.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/open_files.h"
#include "libcore/os/run_counts.h"

namespace penstock {
namespace {

// At most what the name of a socket adds to its folder's: /to-FRAGMENT.WORKER.
constexpr int64_t kSocketNameBytes = 24;

// Whether sockets can lie there, and their names be listed.
bool is_socket_folder(const std::string& path) {
  return path.find(',') == path.npos && std::ssize(path) + kSocketNameBytes <= kMaxIpcPathBytes;
}

int64_t count_processes(const PipelineStep& step) {
  std::vector<const PlanFragment*> fragments;
  for (const PlanPipeline* pipeline : step)
    append_fragments(*pipeline, fragments);
  int64_t count = 0;
  for (const PlanFragment* fragment : fragments)
    count += fragment->workers * (std::ssize(fragment->stages) + 1);
  return count;
}

// One note of what the readers of all workers refused.
void tell_refused(const RefusedCounts& refused,
                  const std::function<void(const std::string&)>& note) {
  std::string text = refused_note(refused);
  if (!text.empty() && note) note(text);
}

int64_t workers_of_slots(int64_t slots) {
  if (slots > kMaxWorkers) {
    throw Error::usage(
        fmt::format("the hosts have {} slots, and there are at most {} workers; "
                    "use -n, or fewer slots (HOST*SLOTS)",
                    slots, kMaxWorkers));
  }
  return slots;
}

// Of an input that was changed while the flow ran; well when there was no `change`.
FlowOutcome outcome_of_change(const std::string& change) {
  if (change.empty()) return {};
  return {1,
          change +
              " while the flow ran, so the result may not belong to any version of it; run the "
              "flow again when nothing writes to it, or on a copy",
          false};
}

void send_files(const Launch& launch, const RunFolder& folder, RunHosts* hosts) {
  for (const RunFile& file : launch.files) {
    const std::set<size_t> each(file.hosts.begin(), file.hosts.end());
    for (size_t host : each) {
      if (host == kThisHost) {
        folder.write(file.name, file.bytes);
      } else {
        hosts->send(host, PutFile{file.name, file.bytes});
      }
    }
  }
}

class FlowRun {
 public:
  FlowRun(const Flow& flow, const RunOptions& options)
      : flow_(flow), options_(options), plan_options_(options.plan) {
    if (!options.log.empty()) events_.add(log_.emplace(options.log));
    if (!options.report.empty()) events_.add(report_.emplace(options.report));
    if (options.on_progress) events_.add(progress_.emplace(options.on_progress));
    for (Watcher* watcher : options.watchers)
      events_.add(*watcher);
  }

  FlowOutcome run() {
    std::vector<PlannedFile> to_send;
    for (const std::string& path : options_.sent)
      to_send.push_back(look_at_sendable(path));
    if (!reach_hosts() || !send_to_all(to_send)) return stopped();
    const int64_t slots = plan_options_.workers;
    if (options_.checkpoint) {
      begin();
      checkpointed_.emplace(flow_, *options_.checkpoint, plan_options_);
      task_hosts_.emplace(*launcher_, hosts_, *folder_, checkpointed_->folder());
      if (!task_hosts_->take_folders()) return stopped();
    }
    events_.send(FlowBegan{flow_.text, slots});
    FlowOutcome outcome;
    for (const FlowStatement& statement : flow_.statements) {
      outcome = run_statement(statement);
      if (outcome.is_stopped) held_->forget();
      if (outcome.status != 0 || outcome.output_closed) break;
    }
    events_.send(FlowEnded{outcome, plans_});
    return outcome;
  }

  PlannedFlow plan() {
    if (!reach_hosts()) throw Error(stopped().message);
    if (options_.checkpoint) cut_into_tasks(flow_, *options_.checkpoint, plan_options_);
    PlannedFlow planned;
    planned.workers = plan_options_.workers;
    for (const FlowStatement& statement : flow_.statements)
      planned.statements.push_back(plan_statement(flow_, statement, plan_options_));
    return planned;
  }

 private:
  // Starts the agents of other hosts, if there are any. Returns false when a signal ends us.
  bool reach_hosts() {
    // A host stands once in a list, so ":" is all of it.
    if (options_.hosts.size() == 1 && options_.hosts[0].is_here) {
      return fill_slots(options_.hosts[0].slots.value_or(plan_options_.workers));
    }
    if (options_.hosts.empty() && !options_.slurm) return true;
    begin();
    reach_.emplace(*launcher_, options_);
    if (!reach_->reach()) return false;
    hosts_ = &reach_->hosts();
    plan_options_.hosts = hosts_->for_plans();
    plan_options_.host_files = &host_files_.emplace(*hosts_);
    int64_t slots = 0;
    for (const PlanHost& host : plan_options_.hosts)
      slots += host.slots;
    return fill_slots(slots);
  }

  bool fill_slots(int64_t slots) {
    if (options_.fills_slots) plan_options_.workers = workers_of_slots(slots);
    return true;
  }

  bool send_to_all(const std::vector<PlannedFile>& files) {
    if (!hosts_) return true;
    sent_.emplace(*hosts_);
    std::vector<size_t> all(hosts_->size() - 1);
    std::iota(all.begin(), all.end(), 1);
    return std::all_of(files.begin(), files.end(),
                       [&](const PlannedFile& file) { return sent_->send(file, all); });
  }

  // Returns false when a signal ends us.
  bool send_inputs() {
    if (!hosts_ || !options_.transfers) return true;
    auto readers = inputs_.readers(hosts_->size());
    return std::all_of(readers.begin(), readers.end(), [&](auto& each) {
      std::erase_if(each.second, [&](size_t host) { return hosts_->is_lost(host); });
      return sent_->send(each.first, each.second);
    });
  }

  FlowOutcome stopped() {
    held_->forget();
    const int signal = reach_->signal();
    return {128 + signal, fmt::format("stopped by {}", strsignal(signal)), true};
  }

  // From now on nothing but KILL ends us before the folder is gone.
  void begin() {
    if (folder_) return;
    held_.emplace();
    folder_.emplace();
    launcher_.emplace();
  }

  // Returns false when a signal ends us, while hosts look into their files.
  bool plan_next(const FlowStatement& statement) {
    try {
      plans_.push_back(plan_statement(flow_, statement, plan_options_));
    } catch (const Error&) {
      if (!hosts_ || hosts_->signal() == 0) throw;
      return false;
    }
    if (host_files_) host_files_->forget();
    return true;
  }

  FlowOutcome run_statement(const FlowStatement& statement) {
    if (!plan_next(statement)) return stopped();
    begin();
    const PlanStatement& plan = plans_.back();
    // Of all statements, so that a fragment's number is the one that --explain shows.
    fragments_.clear();
    for (const PlanStatement& each : plans_)
      append_fragments(each.pipeline, fragments_);
    inputs_ = PlannedInputs(plan, fmt::format("files-{}", plans_.size()));
    if (!send_inputs() || !inputs_.write_lists(*folder_, hosts_, sent_ ? &*sent_ : nullptr)) {
      return stopped();
    }
    std::vector<RunHost> hosts = run_hosts();
    for (size_t host = 1; host < hosts.size(); ++host)
      hosts[host].sent = sent_->on(host);
    JobMaker maker(hosts, fragments_);
    if (!is_socket_folder(folder_->path())) maker.reach_sockets_by_descriptor();
    if (checkpointed_) return run_with_checkpoints(plan, maker);
    shared_.clear();
    ByteSinkPtr sink = open_sink(plan.output.value_or("-"), options_.sync);
    for (const PipelineStep& step : maker.steps(plan.pipeline)) {
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

  // This host first.
  std::vector<RunHost> run_hosts() const {
    if (hosts_) return hosts_->for_jobs(folder_->path());
    return {{folder_->path(), {}}};
  }

  // The statement that was planned last.
  FlowOutcome run_with_checkpoints(const PlanStatement& plan, JobMaker& maker) {
    StatementOverFiles over{plan,         plans_.size() - 1, fragments_,     maker,
                            *task_hosts_, *folder_,          *checkpointed_, events_};
    over.options.environment.clear();
    for (const RunHost& host : run_hosts())
      over.options.environment.push_back(inputs_.environment_in(host.folder));
    over.options.supervisor = supervisor_options();
    over.sync = options_.sync;
    over.note = plan_options_.note;
    over.before_output = [&](const RefusedCounts& refused) {
      tell_refused(refused, plan_options_.note);
      return check_files();
    };
    return run_over_files(std::move(over));
  }

  // Whether what was read may be of two versions of a file.
  FlowOutcome check_files() {
    std::string change;
    if (!inputs_.find_change(hosts_, change)) return stopped();
    return outcome_of_change(change);
  }

  // `to_us`: the step writes where our own output goes.
  FlowOutcome run_step(JobMaker& maker, const PipelineStep& step, int out, bool to_us) {
    allow_open_files(count_processes(step) * kFilesOfProcess, "files for processes",
                     "use fewer workers (-n)");
    std::vector<Descriptor> listeners;
    std::vector<std::vector<int>> ports;
    if (hosts_ && !hosts_->open_ports(maker.count_listeners(step), listeners, ports)) {
      return stopped();
    }
    Launch launch = maker.make(step, std::move(ports));
    send_files(launch, *folder_, hosts_);
    StepOfHosts divided;
    divided.jobs =
        divide_jobs(launch.jobs, launch.channels, launch.secrets, hosts_ ? hosts_->size() : 1);
    const HostJobs& jobs_here = divided.jobs[kThisHost];
    OpenChannels channels(jobs_here.channels, {STDIN_FILENO, out, folder_->descriptor(), shared_,
                                               std::move(listeners), jobs_here.secrets});
    LocalStep here(*launcher_, jobs_here.jobs, std::move(channels),
                   fmt::format("{}/counts-{}", folder_->path(), ++steps_),
                   inputs_.environment_in(folder_->path()));
    if (!hosts_) return watch_step(launch, here, to_us);
    for (const RunHost& host : hosts_->for_jobs(folder_->path()))
      divided.environment.push_back(inputs_.environment_in(host.folder));
    HostsStep everywhere(*hosts_, divided, here);
    return watch_step(launch, everywhere, to_us);
  }

  SupervisorOptions supervisor_options() {
    SupervisorOptions supervisor;
    supervisor.pass_on = options_.pass_on;
    supervisor.events = &events_;
    supervisor.hosts = plan_options_.hosts;
    supervisor.tools = plan_options_.tools.names();
    return supervisor;
  }

  FlowOutcome watch_step(const Launch& launch, StepLauncher& running, bool to_us) {
    SupervisorOptions supervisor = supervisor_options();
    supervisor.divided = launch.divided;
    auto moved = [&] {
      std::vector<MovedRows> each;
      for (size_t task = 0; task < launch.jobs.size(); ++task)
        each.push_back(running.moved(task));
      return each;
    };
    const auto inputs = input_bytes(fragments_);
    auto progress = [&] { return progress_of(launch.jobs, moved(), inputs); };
    auto output_began = [&] { return to_us && may_have_written(launch.jobs, moved()); };
    if (progress_ || !options_.watchers.empty()) {
      supervisor.on_tick = [&] { events_.send(StepMoved{progress(), output_began()}); };
    }
    events_.send(StepBegan{});
    FlowOutcome outcome = supervise(launch.jobs, running, supervisor);
    if (outcome.status != 0) return outcome;
    if (events_.is_watched()) events_.send(StepEnded{progress(), output_began()});
    tell_refused(refused_by(moved()), plan_options_.note);
    return outcome;
  }

  const Flow& flow_;
  const RunOptions& options_;
  PlanOptions plan_options_;
  std::optional<EventLog> log_;
  std::optional<RunReport> report_;
  std::optional<ProgressWatcher> progress_;
  EventStream events_;
  // In this order: the folder goes before signals are let through.
  std::optional<HeldSignals> held_;
  std::optional<RunFolder> folder_;
  std::optional<LocalLauncher> launcher_;
  std::optional<HostsReach> reach_;
  RunHosts* hosts_ = nullptr;  // where there are others
  std::optional<FilesOnHosts> host_files_;
  std::optional<SentFiles> sent_;
  int64_t steps_ = 0;
  std::optional<CheckpointedStatements> checkpointed_;
  std::optional<TaskHosts> task_hosts_;  // with checkpointed_
  std::vector<PlanStatement> plans_;
  std::vector<const PlanFragment*> fragments_;
  // Of the statement that runs.
  PlannedInputs inputs_;
  std::vector<Descriptor> shared_;
};

}  // namespace

FlowOutcome run_flow(const Flow& flow, const RunOptions& options) {
  return FlowRun(flow, options).run();
}

PlannedFlow plan_flow(const Flow& flow, const RunOptions& options) {
  return FlowRun(flow, options).plan();
}

}  // namespace penstock
