// Endpoints, where receivers listen: ipc://PATH and tcp://ADDRESS:PORT.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Checks an endpoint and returns it in ZeroMQ's form, with localhost as 127.0.0.1. Throws a usage
// Error that says what is wrong: another transport, a relative or empty path, a path of more than
// kMaxIpcPathBytes, a host that is neither an address (IPv6 in brackets) nor a name of at most
// kMaxHostNameBytes, a port that is not a number from 1 to 65535.
std::string parse_endpoint(std::string_view text);

// Returns the endpoint of a port at a numeric address.
std::string tcp_endpoint(const std::string& address, int64_t port);

// Returns whether both ends of a connection to this endpoint always run under the same kernel.
bool is_on_this_host(std::string_view endpoint);

// Returns whether an endpoint of parse_endpoint() is a loopback address or on this host: whether
// rows that go there stay on this host.
bool stays_on_this_host(std::string_view endpoint);

// Throws a usage Error unless stays_on_this_host(), for ends without keys.
void require_loopback(const std::string& endpoint);

// Returns the endpoint with the address of its host instead of its name, of IPv4 if it has one.
// Waits for the system's resolver. Throws Error "ENDPOINT: …" for an unknown host.
std::string resolve_endpoint(const std::string& endpoint);

// Returns whether a resolved endpoint is ipc, or an address of this host or network namespace.
bool is_own_address(const std::string& endpoint);

// Throws Error unless `fd` is a stream socket that listens at `endpoint`, which is resolved and of
// tcp. Makes it fit for ZeroMQ, which does not wait in it, and for no child process.
void test_listening(int fd, const std::string& endpoint);

// Parses "ENDPOINT,ENDPOINT,…". Throws a usage Error when there are none, when one is given twice,
// and past kMaxPeers.
std::vector<std::string> parse_endpoints(std::string_view text);

// Throws Error when the directory of ipc://PATH is missing, or when others than its owner may enter
// it, because another user could listen there and get the rows.
void test_endpoint_to_send_to(const std::string& endpoint);

// The sole right to bind an endpoint. For ipc://PATH, locks PATH.lock and removes a socket that a
// killed receiver left at PATH; the destructor removes both files. Does nothing for tcp.
class EndpointClaim {
 public:
  // Throws Error when the directory is missing or others than its owner may enter it, when another
  // receiver listens there, and when a file that is not a socket is in the way.
  explicit EndpointClaim(const std::string& endpoint);
  ~EndpointClaim();
  EndpointClaim(const EndpointClaim&) = delete;
  EndpointClaim& operator=(const EndpointClaim&) = delete;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace penstock
