#include "libcore/flow/agent/srun_command.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <utility>

#include "libcore/flow/agent/ssh_command.h"

namespace penstock {
namespace {

// What shells and srun add to a signal's number in an exit status.
constexpr int kSignalStatus = 128;

// Settings of the user's job by which srun would divide the node, put labels before our bytes or
// run a copy of a program. What stands on the command line wins over all others.
const std::vector<std::string> kNotInherited = {
    "SLURM_BCAST",           "SLURM_CPUS_PER_TASK",     "SLURM_DISTRIBUTION",
    "SLURM_EXACT",           "SLURM_EXCLUSIVE",         "SLURM_HOSTFILE",
    "SLURM_LABELIO",         "SLURM_NTASKS_PER_CORE",   "SLURM_NTASKS_PER_GPU",
    "SLURM_NTASKS_PER_NODE", "SLURM_NTASKS_PER_SOCKET", "SLURM_TRES_PER_TASK",
    "SLURM_UNBUFFEREDIO",    "SRUN_CPUS_PER_TASK"};

class SrunShell final : public RemoteShell {
 public:
  explicit SrunShell(std::string job) : job_(std::move(job)) {}

  // Slurm itself ends the processes of a node that is cut off.
  ProcessSpec process(const Host& host, const std::string& command, CutOff) const override {
    ProcessSpec spec;
    // One task, which may use all that the job has on the node, beside other steps of the job.
    spec.words = {"srun",
                  "--quiet",
                  "--jobid=" + job_,
                  "--job-name=pflow",
                  "--nodes=1",
                  "--ntasks=1",
                  "--nodelist=" + host.name,
                  "--overlap",
                  "--mem=0",
                  "--cpu-bind=none",
                  "--export=ALL",
                  "--input=all",
                  "--output=all",
                  "--error=all",
                  "--",
                  "sh",
                  "-c",
                  command};
    spec.without = kNotInherited;
    // When we are killed its input ends, which it hands on to the command; when srun is killed the
    // command goes on.
    spec.death_signal = 0;
    return spec;
  }

  // A signal by which srun is killed is its own; in its status is how the command ended. Before the
  // command has begun that may be srun's own as well.
  std::optional<std::string> own_end(int wait_status, bool had_begun,
                                     std::string_view) const override {
    if (had_begun && !WIFSIGNALED(wait_status)) return std::nullopt;
    return "srun " + how_ended(wait_status);
  }

  std::string command_end(int wait_status) const override {
    const int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    if (status <= kSignalStatus || status >= kSignalStatus + NSIG) return how_ended(wait_status);
    return how_ended(status - kSignalStatus);
  }

  // Slurm says why it ended a step before srun says how.
  SaysMost says_most() const override { return SaysMost::kFirst; }

 private:
  std::string job_;
};

}  // namespace

RemoteShellPtr srun_shell(const std::string& job) {
  return std::make_shared<const SrunShell>(job);
}

}  // namespace penstock
