#include "libcore/flow/checkpoint/task_hosts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/agent/taken_folder.h"
#include "libcore/flow/launch/host_jobs.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/keys.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

// How long a host that was lost is waited for at the end, to remove what it has.
constexpr std::chrono::milliseconds kReachPatience{3000};
// Between signs of life, while files of this host are read.
constexpr std::chrono::milliseconds kBeatPause{2000};
constexpr const char* kNoSign = "none";

// A file by which a host sees that it has the directory on the disk of this one.
class Sign {
 public:
  explicit Sign(const CheckpointFolder& folder)
      : name_(fmt::format("shared-{}-{}", getpid(), now().time_since_epoch().count())),
        path_(folder.path() + "/" + name_) {
    ByteSinkPtr sink = open_sink(path_, Sync::kNo);
    sink->finish();
  }
  ~Sign() { unlink(path_.c_str()); }
  Sign(const Sign&) = delete;
  Sign& operator=(const Sign&) = delete;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::string path_;
};

template <typename What>
concept OfAttempt = requires(What what) {
  what.attempt;
};

}  // namespace

// The processes of an attempt on another host.
class TaskHosts::RemoteStep final : public StepLauncher {
 public:
  RemoteStep(TaskHosts& all, size_t host, int64_t number, const AttemptSpec& spec)
      : all_(all), host_(host), number_(number), environment_(spec.environment) {
    std::vector<HostJobs> divided =
        divide_jobs(spec.launch.jobs, spec.launch.channels, spec.launch.secrets, all.size());
    jobs_ = std::move(divided[host]);
    moved_.resize(jobs_.jobs.size());
    for (const std::string& secret : jobs_.secrets)
      send(PutSecret{secret});
    send(BeginStep{std::ssize(jobs_.jobs), jobs_.channels, number, spec.output_folder});
    all_.steps_[number_] = this;
  }
  ~RemoteStep() override {
    all_.steps_.erase(number_);
    send(EndStep{number_});
  }

  void start(const Attempt& attempt) override {
    const Job& job = *jobs_.jobs[attempt.task];
    send(StartJob{attempt, job, job.is_tool ? environment_ : std::vector<std::string>{}});
  }
  void end_starts() override {
    if (!is_started_) send(EndStarts{number_});
    is_started_ = true;
  }
  void signal(const Attempt& attempt, int number) override { send(SignalAttempt{attempt, number}); }
  void answer(const Attempt& attempt, const std::string& bytes) override {
    send(GrantChunk{attempt, bytes});
  }
  void give_up(size_t) override {}  // the run's schedule does
  std::optional<TaskEvent> next(std::optional<FlowTime>) override { return std::nullopt; }
  void end_left_behind() override { send(SweepLeftBehind{}); }
  MovedRows moved(size_t task) const override { return moved_[task]; }

  size_t host() const { return host_; }
  size_t tasks() const { return moved_.size(); }
  void count(const MovedCounts& counts) {
    for (const MovedCount& count : counts.counts) {
      const auto task = static_cast<size_t>(count.task);
      if (task < moved_.size()) moved_[task] = count.moved;
    }
  }

 private:
  void send(const ToAgent& message) {
    if (all_.is_there(host_)) all_.hosts_->send(host_, message);
  }

  TaskHosts& all_;
  size_t host_;
  int64_t number_;
  std::vector<std::string> environment_;
  HostJobs jobs_;
  std::vector<MovedRows> moved_;
  bool is_started_ = false;
};

TaskHosts::TaskHosts(LocalLauncher& launcher, RunHosts* hosts, const RunFolder& run,
                     const CheckpointFolder& folder)
    : launcher_(launcher),
      hosts_(hosts),
      run_(run),
      folder_(folder),
      disks_(hosts == nullptr ? 1 : hosts->size(), kThisHost),
      ports_(disks_.size()),
      places_(disks_.size(), {folder.path(), kThisHost, {}}) {
  if (hosts_ == nullptr) return;
  listener_.on_message = [this](size_t host, FromAgent& message) { take(host, message); };
  listener_.on_lost = [this](size_t host, const std::string& why) {
    events_.emplace_back(TaskEvent{now(), HostLost{host, why}});
  };
}

TaskHosts::~TaskHosts() {
  end_listening();
}

bool TaskHosts::take_folders() {
  if (hosts_ == nullptr) return true;
  keys_ = to_text(ExchangeKeys{make_key_pair(), {}, {}});
  const Sign sign(folder_);
  for (size_t host = 1; host < size(); ++host) {
    FolderTaken taken;
    if (!hosts_->take_folder(host, {folder_.path(), sign.name(), "", keys_}, taken)) return false;
    if (!taken.refusal.empty()) throw Error(hosts_->name(host) + ": " + taken.refusal);
    if (taken.is_shared) continue;
    disks_[host] = host;
    ports_[host] = taken.port;
  }
  if (share_one_disk()) {
    keys_.clear();
  } else {
    served_.emplace(launcher_.processes(), folder_.path(), hosts_->listening_address_here(), keys_,
                    ProgramRunner(), [this] { serves_ = false; });
    ports_[kThisHost] = served_->port();
  }
  find_places();
  return true;
}

void TaskHosts::listen() {
  events_.clear();
  if (hosts_ != nullptr) hosts_->listen(&listener_);
}

void TaskHosts::end_listening() {
  if (hosts_ != nullptr) hosts_->listen(nullptr);
}

bool TaskHosts::share_one_disk() const {
  return std::all_of(disks_.begin(), disks_.end(), [](size_t disk) { return disk == kThisHost; });
}

void TaskHosts::find_places() {
  const std::vector<RunHost> hosts = hosts_->for_jobs("");
  for (size_t host = 0; host < size(); ++host) {
    ReadingPlace& place = places_[host];
    place.disk = disks_[host];
    for (size_t disk = 0; disk < size() && !share_one_disk(); ++disk) {
      place.endpoints.push_back(
          disks_[disk] == disk ? tcp_endpoint(hosts[disk].address_from[host], ports_[disk]) : "");
    }
  }
}

bool TaskHosts::is_there(size_t host) const {
  return host != kThisHost && !hosts_->is_lost(host);
}

std::vector<HostLost> TaskHosts::lost() const {
  std::vector<HostLost> all;
  if (hosts_ == nullptr) return all;
  for (size_t host = 1; host < size(); ++host) {
    if (hosts_->is_lost(host)) all.push_back({host, hosts_->why_lost(host)});
  }
  return all;
}

void TaskHosts::give_up(size_t host) {
  if (host != kThisHost) hosts_->give_up(host, "does not report the ends of its workers");
}

std::string TaskHosts::put(size_t host, const std::string& name, std::string_view bytes) {
  if (host == kThisHost) {
    run_.write(name, bytes);
    return run_.path() + "/" + name;
  }
  if (is_there(host)) hosts_->send(host, PutFile{name, std::string(bytes)});
  return hosts_->folder(host) + "/" + name;
}

void TaskHosts::begin(size_t host, const TaskAttempt& output) {
  if (host == kThisHost) {
    folder_.outputs().begin(output);
  } else if (is_there(host)) {
    hosts_->send(host, BeginOutput{output});
  }
}

void TaskHosts::finish(size_t host, const TaskAttempt& output, bool is_bytes) {
  if (host != kThisHost) {
    if (is_there(host)) hosts_->send(host, FinishOutput{output, is_bytes});
    return;
  }
  events_.emplace_back(
      HostAnswer{host, finish_output(folder_.outputs(), {output, is_bytes}, beats())});
}

// The hosts give up a manager that is silent.
OnPiece TaskHosts::beats() {
  return [this, next = now() + kBeatPause]() mutable {
    if (now() < next) return;
    for (size_t host = 1; host < size(); ++host) {
      if (is_there(host)) hosts_->send(host, Beat{});
    }
    next = now() + kBeatPause;
  };
}

void TaskHosts::check(size_t disk, const TaskAttempt& output) {
  if (disk == kThisHost) {
    events_.emplace_back(HostAnswer{disk, check_output(folder_.outputs(), {output}, beats())});
  } else if (is_there(disk)) {
    hosts_->send(disk, CheckOutput{output});
  }
}

void TaskHosts::remove(size_t host, const TaskAttempt& output) {
  if (host == kThisHost) {
    folder_.outputs().remove(output);
  } else if (is_there(host)) {
    hosts_->send(host, RemoveOutput{output});
  }
}

std::string TaskHosts::name_of_disk(size_t disk) const {
  return disk == kThisHost ? "" : hosts_->name(disk);
}

bool TaskHosts::find(const std::vector<CommittedTask>& committed, std::vector<Found>& found) {
  for (size_t disk = 0; disk < size(); ++disk) {
    if (disks_[disk] != disk || (disk != kThisHost && !is_there(disk))) continue;
    std::vector<const CommittedTask*> there;
    for (const CommittedTask& made : committed) {
      if (made.host == name_of_disk(disk)) there.push_back(&made);
    }
    try {
      if (!find_on(disk, there, found)) return false;
    } catch (const Error&) {
      // With a host that is lost meanwhile go its outputs.
      if (disk == kThisHost || is_there(disk)) throw;
    }
  }
  return true;
}

bool TaskHosts::find_on(size_t disk, std::span<const CommittedTask* const> there,
                        std::vector<Found>& found) {
  KeepOutputs kept;
  for (const CommittedTask* made : there)
    kept.outputs.push_back(made->attempt);
  if (disk != kThisHost && !kept.outputs.empty()) hosts_->send(disk, kept);
  while (!there.empty()) {
    const auto next = there.first(std::min<size_t>(there.size(), kMaxFoundOutputs));
    there = there.subspan(next.size());
    FindOutputs asked;
    for (const CommittedTask* made : next)
      asked.outputs.push_back(made->attempt);
    OutputsFound answer;
    if (disk == kThisHost) {
      answer = find_outputs(folder_.outputs(), asked);
    } else if (!hosts_->find_outputs(disk, asked, answer)) {
      return false;
    }
    for (size_t i = 0; i < next.size(); ++i) {
      if (answer.lists[i].empty()) continue;
      found.push_back({disk, next[i], decode_partition_files(answer.lists[i])});
    }
  }
  return true;
}

void TaskHosts::clear() {
  folder_.outputs().remove_all();
  if (hosts_ == nullptr) return;
  for (size_t host = 1; host < size(); ++host) {
    if (disks_[host] == host && is_there(host)) hosts_->send(host, KeepOutputs{});
  }
  for (size_t host = 1; host < size(); ++host) {
    if (disks_[host] != host || has_cleared(host) || !take_again(host)) continue;
    hosts_->send(host, KeepOutputs{});
    has_cleared(host);
  }
}

// What an agent is asked it does in turn, so that its next answer says so. A signal ends the wait.
bool TaskHosts::has_cleared(size_t host) {
  OutputsFound none;
  try {
    return is_there(host) && (hosts_->find_outputs(host, {}, none) || hosts_->signal() != 0);
  } catch (const Error&) {
    return false;
  }
}

// A host whose agent has died may be there; one that is cut off is not waited for.
bool TaskHosts::take_again(size_t host) {
  FolderTaken taken;
  try {
    return hosts_->reach_again(host, kReachPatience) &&
           hosts_->take_folder(host, {folder_.path(), kNoSign, "", keys_}, taken) &&
           taken.refusal.empty();
  } catch (const Error&) {
    return false;
  }
}

MakeStep TaskHosts::step_maker(size_t host) {
  if (host == kThisHost) return local_step_maker(launcher_);
  return [this, host](const AttemptSpec& spec, const std::vector<std::optional<Job>>&,
                      int64_t number) -> std::unique_ptr<StepLauncher> {
    return std::make_unique<RemoteStep>(*this, host, number, spec);
  };
}

void TaskHosts::take(size_t host, FromAgent& message) {
  std::visit(
      [&](auto& what) {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, MovedCounts>) {
          auto step = steps_.find(what.number);
          if (step != steps_.end() && step->second->host() == host) step->second->count(what);
        } else if constexpr (std::is_same_v<What, OutputFinished> ||
                             std::is_same_v<What, OutputChecked>) {
          events_.emplace_back(HostAnswer{host, std::move(what)});
        } else if constexpr (OfAttempt<What>) {
          // An agent may speak of its own attempts alone.
          auto step = steps_.find(what.attempt.number);
          const bool is_its = step != steps_.end() && step->second->host() == host &&
                              what.attempt.task < step->second->tasks();
          if (is_its) events_.emplace_back(TaskEvent{now(), std::move(what)});
        }
      },
      message);
}

std::optional<HostsEvent> TaskHosts::take() {
  if (!serves_) throw Error("the process that serves outputs to other hosts does not run any more");
  if (!events_.empty()) {
    HostsEvent event = std::move(events_.front());
    events_.pop_front();
    if (auto* of_task = std::get_if<TaskEvent>(&event)) of_task->at = now();
    return event;
  }
  if (std::optional<TaskEvent> event = launcher_.take()) return *std::move(event);
  return std::nullopt;
}

std::optional<HostsEvent> TaskHosts::next(std::optional<FlowTime> deadline) {
  EventLoop& loop = launcher_.processes().loop();
  std::optional<HostsEvent> event = take();
  if (!event) loop.poll();
  while (!event) {
    event = take();
    if (!event && !loop.run_one(deadline)) return std::nullopt;
  }
  return event;
}

}  // namespace penstock
