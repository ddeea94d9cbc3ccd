// A probe as tables for people.
#pragma once

#include <string>

#include "libcore/flow/probe/probe_hosts.h"

namespace penstock {

// Returns a table of the hosts and, with several of them, one of the connections, a row for each
// direction. What could not be measured is null, with its reason in a line below the tables.
std::string probe_tables(const Probe& probe);

}  // namespace penstock
