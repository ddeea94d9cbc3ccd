#include "libcore/flow/run_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/flow/agent/files_on_hosts.h"
#include "libcore/flow/checkpoint/given_output.h"
#include "libcore/flow/checkpoint/run_over_files.h"
#include "libcore/flow/checkpoint/run_whole.h"
#include "libcore/flow/checkpoint/statements.h"
#include "libcore/flow/hosts_reach.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/piped_statement.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/planned_inputs.h"
#include "libcore/flow/refused_rows.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/sent_files.h"
#include "libcore/flow/watch/events.h"
#include "libcore/flow/watch/log.h"
#include "libcore/flow/watch/report.h"
#include "libcore/net/limits.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/ending_signals.h"

namespace penstock {
namespace {

// At most what the name of a socket adds to its folder's: /to-FRAGMENT.WORKER.
constexpr int64_t kSocketNameBytes = 24;

// Whether sockets can lie there, and their names be listed.
bool is_socket_folder(const std::string& path) {
  return path.find(',') == path.npos && std::ssize(path) + kSocketNameBytes <= kMaxIpcPathBytes;
}

void tell(const std::function<void(const std::string&)>& note, const std::string& text) {
  if (note) note(text);
}

// One note of what the readers of all workers refused.
void tell_refused(const RefusedCounts& refused,
                  const std::function<void(const std::string&)>& note) {
  std::string text = refused_note(refused);
  if (!text.empty()) tell(note, text);
}

SupervisorOptions supervisor_options(const RunOptions& options, const PlanOptions& plan,
                                     EventStream& events) {
  SupervisorOptions supervisor;
  supervisor.pass_on = options.pass_on;
  supervisor.events = &events;
  supervisor.hosts = plan.hosts;
  supervisor.tools = plan.tools.names();
  return supervisor;
}

// That plans are made for, but for tasks where there are others.
int64_t workers_of(const PlanOptions& plan) {
  const int64_t piped = plan.over_files ? plan.over_files->piped_workers : 0;
  return piped > 0 ? piped : plan.workers;
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

// Sends the files to all hosts. Returns false when a signal ends us.
bool send_each(const std::vector<PlannedFile>& files, SentFiles& sent, const RunHosts& hosts) {
  std::vector<size_t> all(hosts.size() - 1);
  std::iota(all.begin(), all.end(), 1);
  return std::all_of(files.begin(), files.end(),
                     [&](const PlannedFile& file) { return sent.send(file, all); });
}

// Sends the inputs to the hosts whose workers read them. Returns false when a signal ends us.
bool send_to_readers(const PlannedInputs& inputs, SentFiles& sent, const RunHosts& hosts,
                     bool is_over_files) {
  const auto readers = inputs.readers(hosts.size());
  return std::all_of(readers.begin(), readers.end(), [&](const auto& each) {
    return is_over_files ? sent.send_to_those_left(each.first, each.second)
                         : sent.send(each.first, each.second);
  });
}

GiveOutput giver(LocalLauncher& launcher) {
  return [&launcher](const std::string& path, const std::optional<FileFacts>& facts, ByteSink& to) {
    return give_output(path, facts, to, launcher);
  };
}

// Sets the fragments of all statements, so that a fragment's number is the one that --explain
// shows. Returns the number of the last statement's first one.
int64_t number_fragments(const std::vector<PlanStatement>& plans,
                         std::vector<const PlanFragment*>& fragments) {
  fragments.clear();
  int64_t first = 1;
  for (const PlanStatement& each : plans) {
    first = std::ssize(fragments) + 1;
    append_fragments(each.pipeline, fragments);
  }
  return first;
}

size_t lost_hosts(const RunHosts* hosts) {
  size_t lost = 0;
  for (size_t host = 1; hosts != nullptr && host < hosts->size(); ++host) {
    if (hosts->is_lost(host)) ++lost;
  }
  return lost;
}

// Calls `run`. What it throws because a host was lost meanwhile becomes an outcome of the machine.
FlowOutcome outcome_of(const RunHosts* hosts, const std::function<FlowOutcome()>& run) {
  const size_t lost = lost_hosts(hosts);
  try {
    return run();
  } catch (const Error& error) {
    if (lost_hosts(hosts) == lost) throw;
    FlowOutcome outcome{kOwnFailure, error.message()};
    outcome.is_of_machine = true;
    return outcome;
  }
}

// Plans that follow do not use them. Throws Error when no host with slots is left.
void leave_lost_hosts(const RunHosts& hosts, PlanOptions& plan) {
  if (lost_hosts(&hosts) == 0) return;
  for (size_t host = 1; host < hosts.size(); ++host) {
    if (hosts.is_lost(host)) plan.hosts[host].slots = 0;
  }
  if (std::any_of(plan.hosts.begin(), plan.hosts.end(),
                  [](const PlanHost& host) { return host.slots > 0; })) {
    return;
  }
  throw Error(hosts.why_lost(hosts.size() - 1) + "; no host is left");
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
    if (checkpointed_ && checkpointed_->is_done()) task_hosts_->clear();
    events_.send(FlowEnded{outcome, plans_});
    return outcome;
  }

  PlannedFlow plan() {
    if (!reach_hosts()) throw Error(stopped().message);
    if (options_.checkpoint) cut_into_tasks(flow_, *options_.checkpoint, plan_options_);
    PlannedFlow planned;
    planned.workers = workers_of(plan_options_);
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
    return send_each(files, sent_.emplace(*hosts_), *hosts_);
  }

  // Returns false when a signal ends us.
  bool send_inputs() {
    if (!hosts_ || !options_.transfers) return true;
    return send_to_readers(inputs_, *sent_, *hosts_, plans_.back().is_over_files);
  }

  FlowOutcome stopped() {
    held_->forget();
    return stopped_by(reach_->signal());
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
    if (checkpointed_ && hosts_) leave_lost_hosts(*hosts_, plan_options_);
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
    first_fragment_ = number_fragments(plans_, fragments_);
    if (!checkpointed_) {
      return with_jobs(plan, [&](JobMaker& maker) { return run_once(plan, maker); });
    }
    const size_t number = plans_.size() - 1;
    if (checkpointed_->has_ended(number)) {
      if (checkpointed_->is_last(number)) tell(plan_options_.note, "the run is done already");
      return {};
    }
    if (!plan.is_over_files) return run_as_whole(statement);
    return with_jobs(plan, [&](JobMaker& maker) { return run_with_checkpoints(plan, maker); });
  }

  // Has what makes the jobs of the statement that was planned last run it.
  FlowOutcome with_jobs(const PlanStatement& plan,
                        const std::function<FlowOutcome(JobMaker&)>& run) {
    inputs_ = PlannedInputs(plan, fmt::format("files-{}", plans_.size()));
    if (!send_inputs() || !inputs_.write_lists(*folder_, hosts_, sent_ ? &*sent_ : nullptr)) {
      return stopped();
    }
    std::vector<RunHost> hosts = run_hosts();
    for (size_t host = 1; host < hosts.size(); ++host)
      hosts[host].sent = sent_->on(host);
    JobMaker maker(hosts, fragments_);
    if (!is_socket_folder(folder_->path())) maker.reach_sockets_by_descriptor();
    return run(maker);
  }

  FlowOutcome run_once(const PlanStatement& plan, JobMaker& maker) {
    ByteSinkPtr sink = open_sink(plan.output.value_or("-"), options_.sync);
    PipedStatement piped = piped_statement(plan, maker, sink->descriptor());
    piped.to_us = !plan.output;
    piped.on_refused = [&](const RefusedCounts& refused) {
      tell_refused(refused, plan_options_.note);
    };
    FlowOutcome outcome = run_piped(piped);
    if (outcome.status != 0 || outcome.output_closed) return outcome;
    outcome = check_files();
    if (outcome.status == 0 && plan.output) sink->finish();
    return outcome;
  }

  // This host first.
  std::vector<RunHost> run_hosts() const {
    if (hosts_) return hosts_->for_jobs(folder_->path());
    return {{folder_->path(), {}}};
  }

  // Of a run with checkpoints, through pipes.
  FlowOutcome run_as_whole(const FlowStatement& statement) {
    const PlanStatement& plan = plans_.back();
    WholeStatement whole{plan, plans_.size() - 1, first_fragment_, *checkpointed_, events_};
    whole.sync = options_.sync;
    whole.note = plan_options_.note;
    RefusedCounts refused;  // in the last attempt
    whole.run = [&](int64_t attempt, int out) {
      // What the one before has left in the folder of the run must not be found.
      if (attempt > 1) folder_.emplace();
      if (attempt > 1 && hosts_) {
        plans_.pop_back();
        if (!plan_next(statement)) return stopped();
        first_fragment_ = number_fragments(plans_, fragments_);
      }
      refused = {};
      auto run = [&](JobMaker& maker) {
        PipedStatement piped = piped_statement(plan, maker, out);
        piped.on_refused = [&](const RefusedCounts& more) { add(refused, more); };
        return run_piped(piped);
      };
      return outcome_of(hosts_, [&] { return with_jobs(plan, run); });
    };
    whole.give = giver(*launcher_);
    whole.before_output = [&] {
      inputs_.pass_over_lost_hosts();
      tell_refused(refused, plan_options_.note);
      return check_files();
    };
    return run_whole(whole);
  }

  PipedStatement piped_statement(const PlanStatement& plan, JobMaker& maker, int out) {
    PipedStatement piped{plan.pipeline, plans_.size(), fragments_, maker,  *launcher_,
                         *folder_,      hosts_,        inputs_,    events_};
    piped.supervisor = supervisor_options(options_, plan_options_, events_);
    piped.out = out;
    piped.shows_progress = progress_ || !options_.watchers.empty();
    return piped;
  }

  FlowOutcome run_with_checkpoints(const PlanStatement& plan, JobMaker& maker) {
    StatementOverFiles over{plan,         plans_.size() - 1, fragments_,     maker,
                            *task_hosts_, *folder_,          *checkpointed_, events_};
    over.options.environment.clear();
    for (const RunHost& host : run_hosts())
      over.options.environment.push_back(inputs_.environment_in(host.folder));
    over.options.supervisor = supervisor_options(options_, plan_options_, events_);
    over.sync = options_.sync;
    over.note = plan_options_.note;
    over.give = giver(*launcher_);
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
  std::optional<CheckpointedStatements> checkpointed_;
  std::optional<TaskHosts> task_hosts_;  // with checkpointed_
  std::vector<PlanStatement> plans_;
  std::vector<const PlanFragment*> fragments_;
  // Of the statement that runs.
  int64_t first_fragment_ = 1;
  PlannedInputs inputs_;
};

}  // namespace

FlowOutcome run_flow(const Flow& flow, const RunOptions& options) {
  return FlowRun(flow, options).run();
}

PlannedFlow plan_flow(const Flow& flow, const RunOptions& options) {
  return FlowRun(flow, options).plan();
}

}  // namespace penstock
