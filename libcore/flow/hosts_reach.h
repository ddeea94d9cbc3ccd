// Reaches the hosts of a run: has Slurm give them, copies the program to them, starts their agents.
#pragma once

#include <optional>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/run_flow.h"
#include "libcore/flow/slurm/allocation.h"

namespace penstock {

// Not thread-safe. Ends the agents, and then gives the nodes back, when it is destroyed.
class HostsReach {
 public:
  // Both outlive this.
  HostsReach(LocalLauncher& launcher, const RunOptions& options);

  // Waits until the agents of all hosts are ready. Returns false when a signal asks us to end,
  // which signal() then has. Throws Error when a host is not reached, when Slurm gives no nodes,
  // and (kUsage) when there are options for nodes that are asked for, in a job of Slurm.
  bool reach();
  // A signal that has come since, too.
  int signal() const;

  // REQUIRES that reach() has returned true.
  RunHosts& hosts() { return *hosts_; }

 private:
  bool find_nodes();
  bool deploy_program();

  LocalLauncher& launcher_;
  const RunOptions& options_;
  std::vector<Host> others_;
  LinkOptions link_;
  int deploy_signal_ = 0;
  std::optional<Allocation> allocation_;
  std::optional<RunHosts> hosts_;
};

}  // namespace penstock
