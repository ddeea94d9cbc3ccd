// Sockets at which workers of a flow receive, made before they start so that their ports are known,
// and the addresses of this host.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/os/descriptor.h"

namespace penstock {

struct ListeningSocket {
  Descriptor socket;
  int64_t port = 0;
};

// Returns a TCP socket that listens at `address`, numeric, IPv4 or IPv6, at a port that the system
// chooses. It is closed on exec. Throws Error when it is not an address of this host, or when there
// is no port left.
ListeningSocket listen_at(const std::string& address);

// Returns the address of this host from which the system would connect to `address`, numeric. Sends
// nothing. Throws Error when `address` is not one, or no route leads there.
std::string own_address_towards(const std::string& address);

}  // namespace penstock
