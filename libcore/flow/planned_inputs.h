// The input files of a statement, on each host that reads them.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/sent_files.h"
#include "libcore/os/planned_files.h"

namespace penstock {

// Workers read as much of each file as planning saw, on every host the same bytes: of a shared
// disk, or of a copy. `hosts` is null where this host is the only one. Functions that return false
// do so when a signal asks us to end (RunHosts). Not thread-safe.
class PlannedInputs {
 public:
  PlannedInputs() = default;
  // Of a statement's plan, which outlives this. `name` is that of the lists in the folders of the
  // run.
  PlannedInputs(const PlanStatement& plan, std::string name);

  // Writes the list of the files (os/planned_files.h) that workers read, on each host as they are
  // there. Throws Error, naming host and file, when a host does not have one, or another than this
  // one has, or is lost meanwhile, without which a run over files goes on.
  bool write_lists(const RunFolder& folder, RunHosts* hosts, const SentFiles* sent = nullptr);

  // Returns the files that all hosts have, each with the other hosts whose workers read it.
  std::vector<std::pair<PlannedFile, std::vector<size_t>>> readers(size_t hosts) const;

  // Returns the variables of the tools' processes on a host, given the folder of the run there.
  std::vector<std::string> environment_in(const std::string& folder) const;

  // Has find_change() pass over hosts that are lost, as it does in a run over files.
  void pass_over_lost_hosts() { passes_over_ = true; }
  // Sets what is wrong when a file was changed since it was planned with; empty when none was.
  bool find_change(RunHosts* hosts, std::string& change) const;

 private:
  bool goes_on_without(size_t host, const RunHosts& hosts) const;
  bool look(size_t host, RunHosts& hosts, const SentFiles* sent);

  const PlanStatement* plan_ = nullptr;
  std::string name_;
  std::vector<const PlanFragment*> fragments_;  // of the plan
  std::vector<PlannedFile> files_;              // as planning saw them here
  bool passes_over_ = false;                    // hosts that are lost
  bool any_there_ = false;                      // some files are each on another host alone
  std::vector<std::vector<PlannedFile>> seen_;  // by host, as they are there
};

}  // namespace penstock
