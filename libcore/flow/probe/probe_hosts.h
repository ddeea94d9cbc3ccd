// Measures hosts and the connections between them, through the agents of `pflow --probe`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/agent/link.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/probe/measures.h"

namespace penstock {

struct ProbedHost {
  std::string name;  // as the list has it
  int64_t cores = 0;
  int64_t memory_bytes = 0;
  HostMeasures measures;
};

// The connection that the first host made to the second.
struct ProbedLink {
  size_t from = 0;  // in Probe::hosts
  size_t to = 0;
  LinkMeasures measures;
};

struct Probe {
  std::vector<ProbedHost> hosts;  // in the order of the list
  std::vector<ProbedLink> links;  // one for each pair of hosts, by `from` and `to`
  int signal = 0;                 // that asked us to end; the rest is then not complete
};

// Which pairs are measured at the same time: rounds in which each of `hosts` hosts is in at most
// one pair, so that no measurement takes part of another's link. All pairs are in one round each,
// the lower number first. (The circle method of round-robin tournaments.)
std::vector<std::vector<std::pair<size_t, size_t>>> probe_rounds(size_t hosts);

// Measures all hosts at the same time, then the pairs, a round after the other. Runs an agent on
// each host, this one included. Throws Error for the first host that is lost, or of which others do
// not know the address. What cannot be measured is stated with its reason. Call it from the main
// thread, before there are children.
Probe probe_hosts(const std::vector<Host>& hosts, const LinkOptions& options);

}  // namespace penstock
