// The addresses of tcp endpoints.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

// tcp://HOST:PORT in its parts. The host is an address or a name; an IPv6 address is without its
// brackets, in its only form.
struct TcpAddress {
  std::string host;
  int64_t port = 0;
  bool is_v6 = false;
};

// Parses "tcp://HOST:PORT", with localhost as 127.0.0.1. Throws a usage Error for a host that is
// neither an address (IPv6 in brackets) nor a name of at most kMaxHostNameBytes, and for a port
// that is not from 1 to 65535.
TcpAddress parse_tcp_address(std::string_view endpoint);

// Returns "tcp://HOST:PORT"; equal addresses give equal texts.
std::string to_text(const TcpAddress& address);

bool is_loopback(const TcpAddress& address);

// Returns the address of a named host, of IPv4 if it has one, else `address` itself. Waits for the
// system's resolver. Throws Error for an unknown host.
TcpAddress resolve(const TcpAddress& address);

// Returns whether a resolved address is one of this host or network namespace.
bool is_of_this_host(const TcpAddress& address);

// Returns where a socket is bound; empty when that is not an address of IP.
std::optional<TcpAddress> address_of_socket(int fd);

}  // namespace penstock
