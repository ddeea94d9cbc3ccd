// Where receivers listen: ipc://PATH and tcp://ADDRESS:PORT.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Tests an endpoint and gives it as ZeroMQ takes it: localhost as 127.0.0.1. Throws a usage Error
// that says what is wrong: another transport, a relative or empty path, one of more than
// kMaxIpcPathBytes, a TCP address that is not of the loopback interface, a port that is none.
std::string parse_endpoint(std::string_view text);

// Whether what connects to an endpoint always runs under the same kernel as what listens there.
bool is_on_this_host(std::string_view endpoint);

// "ENDPOINT,ENDPOINT,…"; a usage Error for none, for one given twice, and past kMaxPeers.
std::vector<std::string> parse_endpoints(std::string_view text);

// Throws Error when the directory of ipc://PATH is missing or others than its owner may enter it:
// somebody else could listen there, and get the rows.
void test_endpoint_to_send_to(const std::string& endpoint);

// The sole right to bind an endpoint. Of ipc://PATH: a lock on PATH.lock, and what a receiver that
// was killed left at PATH is removed; the destructor removes both files. Of tcp: nothing.
class EndpointClaim {
 public:
  // Throws Error when the directory is missing or others than its owner may enter it, when another
  // receiver listens there, and when something that is no socket is in the way.
  explicit EndpointClaim(const std::string& endpoint);
  ~EndpointClaim();
  EndpointClaim(const EndpointClaim&) = delete;
  EndpointClaim& operator=(const EndpointClaim&) = delete;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace penstock
