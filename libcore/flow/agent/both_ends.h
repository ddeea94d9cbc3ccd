// The addresses of the connection to an agent.
#pragma once

#include <string>

namespace penstock {

struct BothEnds {
  std::string client;  // at which the host sees the manager
  std::string server;  // at which the manager reached the host
};

// Returns the addresses in what an agent says, AgentReady::connection: "CLIENT PORT SERVER
// PORT". Those of IPv4 are themselves where the server listens for both kinds. Throws Error, which
// begins with `label`, when it says none.
BothEnds both_ends(const std::string& connection, const std::string& label);

}  // namespace penstock
