#include "tests/simulate/simulation.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>
#include <map>
#include <queue>
#include <random>
#include <sstream>
#include <utility>
#include <variant>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr double kDay = 24 * 3600;

std::chrono::nanoseconds as_time(double seconds) {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class World {
 public:
  explicit World(const Scenario& scenario)
      : scenario_(scenario), random_(scenario.seed), hosts_(scenario.hosts) {
    for (const std::vector<double>& step : scenario.steps)
      times_.insert(times_.end(), step.begin(), step.end());
    is_made_.resize(times_.size());
    std::vector<double> slots(scenario.hosts * scenario.slots, 1);
    const double slow = std::round(scenario.slow_share * static_cast<double>(slots.size()));
    std::fill_n(slots.begin(), static_cast<size_t>(slow), scenario.slow_factor);
    std::shuffle(slots.begin(), slots.end(), random_);
    for (size_t i = 0; i < slots.size(); ++i)
      hosts_[i % scenario.hosts].free.push_back(slots[i]);
    alive_ = scenario.hosts;
    draw_death();
  }

  Outcome run() {
    MaterializedSchedule schedule(plan(), std::vector<size_t>(scenario_.hosts, scenario_.slots),
                                  limits());
    handle(schedule, [&] { return schedule.begin(now_); });
    while (!schedule.is_over()) {
      TaskEvent event;
      const std::optional<FlowTime> timer = schedule.next_timer();
      if (!queue_.empty() && (!timer || queue_.top().at <= *timer)) {
        const Happening next = queue_.top();
        queue_.pop();
        now_ = std::max(now_, next.at);
        if (!happens(next, event)) continue;
      } else {
        now_ = std::max(now_, *timer);
        event.what = TimePassed{};
      }
      event.at = now_ += as_time(scenario_.manager_seconds);
      handle(schedule, [&] { return schedule.take(event); });
    }
    outcome_.seconds = std::chrono::duration<double>(now_ - FlowTime()).count();
    outcome_.twice_seconds = outcome_.work_seconds - outcome_.twice_seconds;
    outcome_.counts = schedule.counts();
    return outcome_;
  }

 private:
  enum class Kind { kStarted, kEnded, kKilled, kDeath };
  struct Happening {
    FlowTime at;
    size_t order = 0;
    Kind kind = Kind::kDeath;
    Attempt attempt;
    bool operator<(const Happening& other) const {
      return std::pair(at, order) > std::pair(other.at, other.order);
    }
  };
  struct Host {
    std::vector<double> free;  // slots, by what they make of a second
    bool is_dead = false;
  };
  struct Run {
    size_t host = 0;
    double slot = 1;
    FlowTime since;
  };

  // Attempts always make progress, which is not among the events.
  RunLimits limits() const {
    RunLimits limits = scenario_.limits;
    limits.pauses.most_silent = std::chrono::milliseconds(0);
    return limits;
  }

  std::vector<Step> plan() const {
    std::vector<Step> steps(scenario_.steps.size());
    for (size_t i = 0; i < steps.size(); ++i) {
      steps[i].homes.resize(scenario_.steps[i].size());
      steps[i].outlives_hosts = scenario_.outlives_hosts;
      if (i > 0) steps[i].reads = {i - 1};
    }
    return steps;
  }

  void later(double seconds, Kind kind, const Attempt& attempt = {}) {
    queue_.push({now_ + as_time(seconds), order_++, kind, attempt});
  }

  void draw_death() {
    if (scenario_.days_between_deaths <= 0 || alive_ == 0) return;
    std::exponential_distribution<double> wait(static_cast<double>(alive_) /
                                               (scenario_.days_between_deaths * kDay));
    later(wait(random_), Kind::kDeath);
  }

  // The event of what happens; false when nothing is heard of it.
  bool happens(const Happening& next, TaskEvent& event) {
    if (next.kind == Kind::kDeath) {
      event.what = HostLost{kill_a_host(), "gone"};
      return true;
    }
    const auto run = runs_.find({next.attempt.task, next.attempt.number});
    if (run == runs_.end()) return false;
    if (next.kind == Kind::kStarted) {
      event.what = TaskStarted{next.attempt};
      return true;
    }
    end(run, next.at);
    event.what = TaskEnded{next.attempt, next.kind == Kind::kKilled ? SIGKILL : 0, {}, {}};
    return true;
  }

  size_t kill_a_host() {
    size_t nth = std::uniform_int_distribution<size_t>(0, alive_ - 1)(random_);
    size_t host = 0;
    while (hosts_[host].is_dead || nth-- > 0)
      ++host;
    hosts_[host].is_dead = true;
    --alive_;
    ++outcome_.deaths;
    for (auto run = runs_.begin(); run != runs_.end();) {
      run = run->second.host == host ? end(run, now_) : std::next(run);
    }
    draw_death();
    return host;
  }

  using Runs = std::map<std::pair<size_t, int64_t>, Run>;
  Runs::iterator end(Runs::iterator run, FlowTime at) {
    hosts_[run->second.host].free.push_back(run->second.slot);
    last_seconds_ = std::chrono::duration<double>(at - run->second.since).count();
    outcome_.work_seconds += last_seconds_;
    return runs_.erase(run);
  }

  template <typename Handle>
  void handle(MaterializedSchedule&, Handle give) {
    const double before = cpu_seconds();
    const RunActions actions = give();
    outcome_.schedule_seconds += cpu_seconds() - before;
    ++outcome_.events;
    for (const RunAction& action : actions)
      std::visit([this](const auto& what) { this->carry_out(what); }, action);
  }
  void carry_out(const StartTask& start) {
    std::vector<double>& free = hosts_[start.host].free;
    const double slot = free.back();
    free.pop_back();
    runs_[{start.attempt.task, start.attempt.number}] = {start.host, slot, now_};
    later(0, Kind::kStarted, start.attempt);
    later(times_[start.attempt.task] * slot, Kind::kEnded, start.attempt);
  }
  void carry_out(const KillAttempt& kill) { later(0, Kind::kKilled, kill.attempt); }
  void carry_out(const EndAttempt& end) { later(0, Kind::kKilled, end.attempt); }
  void carry_out(const GiveUpHost&) {}
  void carry_out(const CommitOutput& commit) {
    if (is_made_[commit.attempt.task]) return;
    is_made_[commit.attempt.task] = true;
    // Its end is the latest event.
    outcome_.twice_seconds += last_seconds_;
  }
  void carry_out(const DropOutput&) {}
  void carry_out(const EndFlow& end) {
    outcome_.is_done = end.verdict.kind == Verdict::Kind::kDone;
  }

  const Scenario& scenario_;
  std::mt19937 random_;
  std::vector<Host> hosts_;
  std::vector<double> times_;  // of each task
  std::vector<bool> is_made_;  // it had an output
  std::priority_queue<Happening> queue_;
  Runs runs_;
  size_t order_ = 0;
  size_t alive_ = 0;
  double last_seconds_ = 0;
  FlowTime now_{};
  Outcome outcome_;
};

}  // namespace

std::vector<std::vector<double>> make_steps(size_t slots, size_t count, double hours,
                                            double seconds, double spread, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> times(seconds * (1 - spread), seconds * (1 + spread));
  const double waves = hours * 3600 / seconds / static_cast<double>(count);
  const auto tasks = static_cast<size_t>(std::llround(waves * static_cast<double>(slots)));
  std::vector<std::vector<double>> steps(count, std::vector<double>(tasks, seconds));
  if (spread == 0) return steps;
  for (std::vector<double>& step : steps) {
    for (double& time : step)
      time = times(random);
  }
  return steps;
}

std::vector<std::vector<double>> read_steps(const std::string& text) {
  std::vector<std::vector<double>> steps;
  std::istringstream lines(text);
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line);
    size_t step = 0;
    double seconds = -1;
    std::string more;
    if (!(words >> step >> seconds) || words >> more || step == 0 || step > 1000 || seconds < 0) {
      throw Error("line " + std::to_string(number) + ": '" + line +
                  "' is not a task; write its step, from 1 to 1000, and its seconds");
    }
    if (steps.size() < step) steps.resize(step);
    steps[step - 1].push_back(seconds);
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].empty()) throw Error("step " + std::to_string(i + 1) + " has no task");
  }
  return steps;
}

Outcome simulate(const Scenario& scenario) {
  return World(scenario).run();
}

double seconds_with_restarts(double seconds, double deaths_per_second) {
  if (deaths_per_second == 0) return seconds;
  return std::expm1(deaths_per_second * seconds) / deaths_per_second;
}

}  // namespace penstock
