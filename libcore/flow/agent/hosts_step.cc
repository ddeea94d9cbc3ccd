#include "libcore/flow/agent/hosts_step.h"

#include <chrono>
#include <utility>
#include <variant>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// How long hosts are waited for that end what was left behind.
constexpr std::chrono::milliseconds kSweepPause{2000};

}  // namespace

HostsStep::HostsStep(RunHosts& hosts, const StepOfHosts& step, StepLauncher& here)
    : hosts_(hosts),
      step_(step),
      here_(here),
      host_of_(step.jobs[kThisHost].jobs.size()),
      moved_(host_of_.size()),
      takes_part_(hosts.size()),
      is_swept_(hosts.size()) {
  listener_.on_message = [this](size_t host, FromAgent& message) { take(host, message); };
  listener_.on_lost = [this](size_t host, const std::string& why) {
    takes_part_[host] = false;
    add(HostLost{host, why});
  };
  hosts_.listen(&listener_);
  for (size_t host = 1; host < hosts_.size(); ++host) {
    const HostJobs& of_host = step_.jobs[host];
    for (size_t task = 0; task < host_of_.size(); ++task) {
      if (of_host.jobs[task]) host_of_[task] = host;
    }
    takes_part_[host] = of_host.count() > 0;
    if (!takes_part_[host]) continue;
    if (hosts_.is_lost(host)) {
      listener_.on_lost(host, hosts_.why_lost(host));
      continue;
    }
    for (const std::string& secret : of_host.secrets)
      hosts_.send(host, PutSecret{secret});
    hosts_.send(host, BeginStep{static_cast<int64_t>(host_of_.size()), of_host.channels});
  }
}

HostsStep::~HostsStep() {
  hosts_.listen(nullptr);
}

void HostsStep::start(const Attempt& attempt) {
  const size_t host = host_of_[attempt.task];
  if (host == kThisHost) {
    here_.start(attempt);
    return;
  }
  const Job& job = *step_.jobs[host].jobs[attempt.task];
  std::vector<std::string> environment;
  if (job.is_tool) environment = step_.environment[host];
  hosts_.send(host, StartJob{attempt, job, std::move(environment)});
}

void HostsStep::end_starts() {
  here_.end_starts();
  for (size_t host = 1; host < hosts_.size() && !is_started_; ++host) {
    if (takes_part_[host]) hosts_.send(host, EndStarts{});
  }
  is_started_ = true;
}

void HostsStep::signal(const Attempt& attempt, int number) {
  const size_t host = host_of_[attempt.task];
  if (host == kThisHost) {
    here_.signal(attempt, number);
  } else if (takes_part_[host]) {
    hosts_.send(host, SignalAttempt{attempt, number});
  }
}

void HostsStep::answer(const Attempt& attempt, const std::string& bytes) {
  const size_t host = host_of_[attempt.task];
  if (host == kThisHost) {
    here_.answer(attempt, bytes);
  } else if (takes_part_[host]) {
    hosts_.send(host, GrantChunk{attempt, bytes});
  }
}

void HostsStep::give_up(size_t host) {
  hosts_.give_up(host, "does not report the ends of its workers");
}

std::optional<TaskEvent> HostsStep::next(std::optional<FlowTime> deadline) {
  EventLoop& loop = hosts_.launcher().processes().loop();
  std::optional<TaskEvent> event = take();
  if (!event) loop.poll();
  while (!event) {
    event = take();
    if (!event && !loop.run_one(deadline)) return std::nullopt;
  }
  return event;
}

// An event that is waiting, of any host.
std::optional<TaskEvent> HostsStep::take() {
  if (events_.empty()) return hosts_.launcher().take();
  TaskEvent event = std::move(events_.front());
  events_.pop_front();
  event.at = now();
  return event;
}

bool HostsStep::is_task_of(size_t task, size_t host) const {
  return task < host_of_.size() && host_of_[task] == host;
}

void HostsStep::take(size_t host, FromAgent& message) {
  // An agent may speak of its own tasks alone.
  auto pass_on = [&](auto& event) {
    if (is_task_of(event.attempt.task, host)) add(std::move(event));
  };
  if (auto* started = std::get_if<TaskStarted>(&message)) pass_on(*started);
  if (auto* not_run = std::get_if<TaskNotRun>(&message)) pass_on(*not_run);
  if (auto* ended = std::get_if<TaskEnded>(&message)) pass_on(*ended);
  if (auto* stopped = std::get_if<TaskStopped>(&message)) pass_on(*stopped);
  if (auto* continued = std::get_if<TaskContinued>(&message)) pass_on(*continued);
  if (auto* asked = std::get_if<ChunksAsked>(&message)) pass_on(*asked);
  if (std::holds_alternative<Swept>(message)) is_swept_[host] = true;
  if (const auto* counts = std::get_if<MovedCounts>(&message)) {
    for (const MovedCount& count : counts->counts) {
      auto task = static_cast<size_t>(count.task);
      if (is_task_of(task, host)) moved_[task] = count.moved;
    }
  }
}

void HostsStep::end_left_behind() {
  for (size_t host = 1; host < hosts_.size(); ++host) {
    if (takes_part_[host]) hosts_.send(host, SweepLeftBehind{});
  }
  here_.end_left_behind();
  auto are_swept = [this] {
    for (size_t host = 1; host < hosts_.size(); ++host) {
      if (takes_part_[host] && !is_swept_[host]) return false;
    }
    return true;
  };
  hosts_.wait(are_swept, now() + kSweepPause);
}

MovedRows HostsStep::moved(size_t task) const {
  return host_of_[task] == kThisHost ? here_.moved(task) : moved_[task];
}

}  // namespace penstock
