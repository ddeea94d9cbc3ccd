// The two ends of a connection to a file server, as tests run them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "libcore/exchange_files/file_server.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock::testing {

// A server that runs as long as this.
class RunningServer {
 public:
  explicit RunningServer(ServeOptions options)
      : server_(std::move(options)), thread_([this] { server_.run(); }) {}
  ~RunningServer() {
    server_.stop();
    thread_.join();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

 private:
  FileServer server_;
  std::thread thread_;
};

// The other end of a connection, whose messages a test sends and receives itself.
class OtherEnd {
 public:
  OtherEnd(ZmqSocket::Kind kind, const std::string& endpoint) : socket_(context_, kind) {
    kind == ZmqSocket::Kind::kRouter ? socket_.bind(endpoint) : socket_.connect(endpoint);
  }

  // The next message; empty when none has come for `most`.
  std::optional<ZmqSocket::Message> next(Milliseconds most) {
    ZmqSocket* sockets[] = {&socket_};
    const auto end = std::chrono::steady_clock::now() + most;
    while (std::chrono::steady_clock::now() < end) {
      if (auto message = socket_.receive()) return message;
      while (socket_.next_event()) {
      }
      wait_any(sockets, wake_.fd(), Milliseconds(10));
    }
    return std::nullopt;
  }

  void send(const Buffer& bytes, const std::string& peer = {}) { socket_.send(peer, bytes); }

 private:
  ZmqContext context_;
  ZmqSocket socket_;
  Wake wake_;
};

// For what comes, and for what does not.
inline constexpr Milliseconds kLong{5000};
inline constexpr Milliseconds kQuiet{100};

}  // namespace penstock::testing
