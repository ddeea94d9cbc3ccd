#include "libcore/flow/launch/local_step.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "libcore/flow/stage_process.h"

namespace penstock {

LocalStep::LocalStep(LocalLauncher& launcher, const std::vector<std::optional<Job>>& jobs,
                     OpenChannels channels, const std::string& counts,
                     std::vector<std::string> environment)
    : launcher_(launcher),
      jobs_(jobs),
      channels_(std::move(channels)),
      counts_(counts, std::ssize(jobs)),
      environment_(std::move(environment)) {}

void LocalStep::start(const Attempt& attempt) {
  const Job& job = *jobs_[attempt.task];
  ProcessSpec spec = channels_.spec_of(job);
  if (job.is_tool) {
    use_own_loader(spec);
    spec.environment.insert(spec.environment.end(), environment_.begin(), environment_.end());
    spec.environment.push_back(counts_.variable(static_cast<int64_t>(attempt.task)));
  }
  launcher_.start(attempt, spec);
}

MovedRows LocalStep::moved(size_t task) const {
  return counts_.at(static_cast<int64_t>(task));
}

}  // namespace penstock
