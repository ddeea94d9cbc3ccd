// Serves the files of a folder to readers on other hosts (EXCHANGE_FILES.md, "Serving files").
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libcore/exchange_files/served_files.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/keys.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {

// Replies that wait for a peer that does not take them, about twice as many as a client lets be
// under way; beyond them requests are dropped.
inline constexpr int kMostWaitingReplies = 64;

struct ServeOptions {
  std::string folder;
  std::string endpoint;  // as parse_endpoint() returns it
  // With which a tcp endpoint encrypts, and knows its peers; null: neither.
  std::shared_ptr<const ExchangeKeys> keys = nullptr;
  int listening = -1;  // a descriptor that listens at the endpoint already; -1: none
  // Called with notes that are not errors: peers that were refused.
  std::function<void(const std::string&)> note = nullptr;
};

// Listens from its construction on. Not thread-safe, except for stop(): make it and call run() in
// one thread.
class FileServer {
 public:
  // Throws Error when the folder cannot be opened, when it cannot listen, and for an address
  // outside of the loopback interface without keys.
  explicit FileServer(ServeOptions options);

  // Answers requests until stop() is called. A request that is not understood is answered with the
  // reason when it has an id, and dropped otherwise.
  void run();
  // May be called from any thread.
  void stop();

 private:
  void take_connections();
  void take(const ZmqSocket::Message& message);

  ServeOptions options_;
  ServedFiles folder_;
  EndpointClaim claim_;
  ZmqContext context_;
  ZmqSocket socket_;
  Wake wake_;
  std::atomic<bool> is_stopped_ = false;
  int64_t refused_keys_ = 0;
};

}  // namespace penstock
