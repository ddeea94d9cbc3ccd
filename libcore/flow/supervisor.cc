#include "libcore/flow/supervisor.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace penstock {

FlowOutcome supervise(const std::vector<Job>& jobs, StepLauncher& launcher,
                      const SupervisorOptions& options) {
  Supervision supervision(jobs, launcher, options);
  FlowTime ticked = now();
  supervision.begin();
  while (!supervision.is_over()) {
    std::optional<FlowTime> next = supervision.next_timer();
    const bool ticks = options.on_tick && !supervision.is_ending();
    if (ticks) next = next ? std::min(*next, ticked + options.tick) : ticked + options.tick;
    if (std::optional<TaskEvent> event = launcher.next(next)) {
      supervision.take(*std::move(event));
    } else {
      supervision.pass_time();
    }
    if (!ticks || supervision.is_ending() || now() - ticked < options.tick) continue;
    ticked = now();
    options.on_tick();
  }
  return supervision.outcome();
}

}  // namespace penstock
