#include "libcore/flow/hosts_reach.h"

#include <fmt/format.h>

#include "libcore/base/error.h"
#include "libcore/flow/agent/srun_command.h"
#include "libcore/flow/deploy/deploy.h"
#include "libcore/flow/flow_words.h"

namespace penstock {

HostsReach::HostsReach(LocalLauncher& launcher, const RunOptions& options)
    : launcher_(launcher), options_(options), others_(options.hosts), link_(options.link) {}

bool HostsReach::reach() {
  if (options_.slurm && !find_nodes()) return false;
  if (options_.deploys && !deploy_program()) return false;
  hosts_.emplace(launcher_, others_, link_);
  return hosts_->wait_until_ready();
}

int HostsReach::signal() const {
  if (hosts_) return hosts_->signal();
  return deploy_signal_ != 0 || !allocation_ ? deploy_signal_ : allocation_->signal();
}

// Those of the job in which we are, or of one that we ask for. Returns false when a signal asks us
// to end.
bool HostsReach::find_nodes() {
  SlurmJob job = slurm_job(environment_variable);
  if (job && !options_.slurm->options.empty()) {
    throw Error::usage(
        fmt::format("pflow runs in Slurm's job {} and uses its nodes, so --slurm has no options "
                    "to ask for others",
                    job.number));
  }
  if (!job) {
    std::optional<int64_t> tasks;
    if (!options_.fills_slots) tasks = options_.plan.workers;
    allocation_.emplace(launcher_, options_.slurm->options, tasks);
    if (!allocation_->wait(options_.plan.note)) return false;
    job = allocation_->job();
  }
  others_ = job.nodes;
  link_.shell = srun_shell(job.number);
  return true;
}

// Returns false when a signal asks us to end.
bool HostsReach::deploy_program() {
  Deployed deployed = deploy(launcher_, others_, *link_.shell);
  deploy_signal_ = deployed.signal;
  if (deploy_signal_ != 0) return false;
  link_.remote_pflow = deployed.pflow;
  if (!deployed.copied.empty() && options_.plan.note) {
    options_.plan.note(fmt::format("Penstock was copied to {}; pflow --undeploy removes it",
                                   fmt::join(deployed.copied, ", ")));
  }
  return true;
}

}  // namespace penstock
