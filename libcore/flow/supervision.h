// Processes that belong together, driven by the caller, who has their events: which are started,
// ended and killed, what is said of it, and how it went.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/launch/step_launcher.h"
#include "libcore/flow/tasks/chunk_grants.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/tasks/schedule.h"
#include "libcore/flow/watch/events.h"

namespace penstock {

struct SupervisorOptions {
  // Is sent the beginning and the end of each process, where not null.
  EventStream* events = nullptr;
  // The inputs that workers take in chunks, by fragment: those whose jobs ask for chunks.
  std::map<int64_t, ChunkedInput> divided = {};
  // The hosts of the jobs, by number; none for this host alone.
  std::vector<PlanHost> hosts = {};
  // The names of our tools, which a program that cannot be found may be meant to be.
  std::vector<std::string> tools = {};
  // Is called about every `tick` while processes run.
  std::function<void()> on_tick = {};
  std::chrono::milliseconds tick{200};
  // Is given what a process that ended well had said on standard error.
  std::function<void(const std::string&)> pass_on = {};
};

// A launcher's events into a Schedule (tasks/schedule.h), and the schedule's
// actions to the launcher. Grants the chunks of divided inputs (tasks/chunk_grants.h). Several may
// be driven side by side by one loop. Not thread-safe.
//
//   supervision.begin();
//   until supervision.is_over(): take(the next event), or pass_time() at next_timer()
class Supervision {
 public:
  // All outlive this. Job i is the launcher's task i; each has one attempt, of number 1.
  Supervision(const std::vector<Job>& jobs, StepLauncher& launcher,
              const SupervisorOptions& options);

  // Starts the first jobs. Call it once, before the others.
  void begin();
  // Does what is to be done after an event of the launcher.
  void take(TaskEvent event);
  // A timer may have run out, and no event is waiting.
  void pass_time();

  // Returns when pass_time() must be called at the latest; nothing while no timer runs.
  std::optional<FlowTime> next_timer() const { return schedule_.next_timer(); }
  bool is_ending() const { return schedule_.is_ending(); }
  bool is_over() const { return schedule_.is_over(); }

  // Returns how it went, once it is over. Throws Error when a process could not be made.
  FlowOutcome outcome() const;
  // Returns what was decided of it, once it is over.
  const Verdict& verdict() const { return verdict_; }
  // Returns whether the verdict is a failure for a reason of the machine: it may go well on another
  // one, or later.
  bool is_of_machine() const;

 private:
  void carry_out(const Actions& actions);
  void carry_out(const StartTask& start);
  void carry_out(const MakeNotice& notice);
  void carry_out(const EndAttempt& end);
  void carry_out(const KillAttempt& kill);
  void carry_out(const GiveUpHost& lost);
  void carry_out(const EndFlow& end);
  void note(const TaskStarted& started);
  void note(TaskEnded& ended);
  void note(const ChunksAsked& asked);
  void note(const HostLost& lost);
  template <typename Other>
  void note(const Other&) {}

  void report(const TaskEnded& ended);
  std::string host_of(size_t task) const;
  std::string said_by(size_t task) const;
  void end_grants(const Attempt& ended);
  void send(const ChunkGrants::Replies& replies);

  const std::vector<Job>& jobs_;
  StepLauncher& launcher_;
  const SupervisorOptions& options_;
  Schedule schedule_;
  std::map<int64_t, ChunkGrants> grants_;  // by fragment
  std::vector<std::string> said_;
  std::vector<bool> failed_for_machine_;  // by task
  std::vector<pid_t> pids_;
  Verdict verdict_;
  std::string why_lost_;  // of the first host that was lost
  std::exception_ptr error_;
};

}  // namespace penstock
