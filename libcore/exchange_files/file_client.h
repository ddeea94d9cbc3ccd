// The reading end of a connection to a file server: requests that are under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "libcore/data/buffer.h"
#include "libcore/exchange_files/file_frames.h"
#include "libcore/net/keys.h"
#include "libcore/net/limits.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {

// Requests of one client that are under way, of all files together; others wait.
inline constexpr int64_t kMostRequestsUnderWay = 32;

struct FetchOptions {
  // With which tcp endpoints are encrypted, and servers known; null: neither.
  std::shared_ptr<const ExchangeKeys> keys = nullptr;
  // A server of which nothing comes for so long while it is waited for has failed.
  Milliseconds timeout{30'000};
  // After so long without anything from the server all requests are sent again.
  Milliseconds repeat{5'000};
};

// Not thread-safe, but may be used by one thread after another. It makes no thread: replies wait in
// ZeroMQ's memory until take() is called.
class FileClient {
 public:
  // Does not wait for the server. `context` must outlive this. Throws Error for an endpoint outside
  // of the loopback interface without keys, and as resolve_endpoint() and
  // test_endpoint_to_send_to() do.
  FileClient(const ZmqContext& context, std::string endpoint, FetchOptions options);

  struct Reply {
    FileStatus status = FileStatus::kRead;
    int64_t file_bytes = 0;
    Buffer content;
    std::string text;
  };

  // Asks for bytes of a file, and returns the number by which take() gives them. REQUIRES what
  // FileRequest says.
  uint64_t ask(const std::string& path, int64_t offset, int64_t size);
  // Waits for the reply to ask(), and forgets it. Throws an Error of the machine, and of a peer,
  // when nothing comes for the timeout; Error when server and client have other keys, and for what
  // is not a reply. REQUIRES a number of ask() that was not taken.
  Reply take(uint64_t number);
  // The reply is not wanted any more.
  void forget(uint64_t number);

 private:
  using Clock = std::chrono::steady_clock;

  struct Request {
    FileRequest asked;
    bool is_under_way = false;
    std::optional<Reply> reply;
  };

  void connect();
  bool take_messages();
  void take_events();
  void take_failed_handshake(ConnectionEvent event);
  void take_reply(const Buffer& frame);
  void send_waiting();
  void send_again();
  [[noreturn]] void give_up() const;

  std::string endpoint_;
  FetchOptions options_;
  ZmqSocket socket_;
  Wake nobody_;  // wait_any() wants one
  bool encrypts_ = false;
  bool is_connected_ = false;
  bool was_connected_ = false;
  int handshakes_ = 0;  // that failed
  uint64_t last_ = 0;
  std::map<uint64_t, Request> requests_;
  std::deque<uint64_t> waiting_;  // to be sent, some of them forgotten
  int64_t under_way_ = 0;
};

}  // namespace penstock
