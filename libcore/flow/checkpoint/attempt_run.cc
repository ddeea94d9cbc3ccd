#include "libcore/flow/checkpoint/attempt_run.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <type_traits>
#include <utility>
#include <variant>

#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/launch/open_channels.h"

namespace penstock {

// The launcher's attempts, whose number is that of the run, as the only attempts of our jobs.
class AttemptRun::Numbered final : public StepLauncher {
 public:
  Numbered(StepLauncher& below, int64_t number) : below_(below), number_(number) {}

  void start(const Attempt& attempt) override { below_.start(there(attempt)); }
  void end_starts() override { below_.end_starts(); }
  void signal(const Attempt& attempt, int number) override {
    below_.signal(there(attempt), number);
  }
  void answer(const Attempt& attempt, const std::string& bytes) override {
    below_.answer(there(attempt), bytes);
  }
  void give_up(size_t) override {}
  // The loop of all attempts takes the events.
  std::optional<TaskEvent> next(std::optional<FlowTime>) override { return std::nullopt; }
  void end_left_behind() override { below_.end_left_behind(); }
  MovedRows moved(size_t task) const override { return below_.moved(task); }

 private:
  Attempt there(const Attempt& attempt) const { return {attempt.task, number_}; }

  StepLauncher& below_;
  int64_t number_;
};

namespace {

template <typename What>
concept OfAttempt = requires(What what) {
  what.attempt;
};

}  // namespace

MakeStep local_step_maker(LocalLauncher& launcher) {
  return [&launcher](const AttemptSpec& spec, const std::vector<std::optional<Job>>& jobs,
                     int64_t) -> std::unique_ptr<StepLauncher> {
    ChannelSources sources;
    sources.output = spec.output.get();
    sources.secrets = spec.launch.secrets;
    return std::make_unique<LocalStep>(launcher, jobs,
                                       OpenChannels(spec.launch.channels, std::move(sources)),
                                       spec.counts, spec.environment);
  };
}

AttemptRun::AttemptRun(const MakeStep& make_step, int64_t number, AttemptSpec spec,
                       const SupervisorOptions& options)
    : spec_(std::move(spec)),
      jobs_(spec_.launch.jobs.begin(), spec_.launch.jobs.end()),
      step_(make_step(spec_, jobs_, number)),
      numbered_(std::make_unique<Numbered>(*step_, number)),
      supervision_(spec_.launch.jobs, *numbered_, options) {}

AttemptRun::~AttemptRun() {
  unlink(spec_.counts.c_str());
}

void AttemptRun::take(TaskEvent event) {
  std::visit(
      [](auto& what) {
        if constexpr (OfAttempt<std::decay_t<decltype(what)>>) what.attempt.number = 1;
      },
      event.what);
  supervision_.take(std::move(event));
}

void AttemptRun::end() {
  supervision_.take({now(), EndingAsked{SIGTERM}});
}

void AttemptRun::pass_time() {
  if (supervision_.next_timer() && *supervision_.next_timer() <= now()) supervision_.pass_time();
}

bool AttemptRun::has_progressed() {
  int64_t sum = 0;
  for (size_t task = 0; task < jobs_.size(); ++task) {
    const MovedRows rows = step_->moved(task);
    sum += rows.rows_in + rows.rows_out + rows.bytes_in + rows.bytes_out;
  }
  const bool has_moved = sum != moved_before_;
  moved_before_ = sum;
  return has_moved || std::any_of(jobs().begin(), jobs().end(),
                                  [](const Job& job) { return job.runs_programs; });
}

std::vector<MovedRows> AttemptRun::moved() const {
  std::vector<MovedRows> each;
  for (size_t task = 0; task < jobs_.size(); ++task)
    each.push_back(step_->moved(task));
  return each;
}

}  // namespace penstock
