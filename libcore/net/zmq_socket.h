// ZeroMQ's sockets as the exchange uses them: the seam of libzmq. Nothing waits but wait_any().
//
// Threads: a context is shared, a socket belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/net/limits.h"

namespace penstock {

class ZmqContext {
 public:
  ZmqContext();
  // Waits until what was sent has left or the sockets' linger is over. REQUIRES no open socket.
  ~ZmqContext();
  ZmqContext(const ZmqContext&) = delete;
  ZmqContext& operator=(const ZmqContext&) = delete;
  void* handle() const { return handle_; }

 private:
  void* handle_;
};

// What becomes of a message. kNoPeer: a router's peer is not, or no longer, there. kFull: not now.
enum class Sent { kDone, kNoPeer, kFull };

enum class ConnectionEvent { kReady, kLost };

class ZmqSocket {
 public:
  // A router gets messages of up to kMaxFrameBytes; what is larger ends its connection. Neither
  // kind has high-water marks for what it sends: the exchange counts bytes itself.
  enum class Kind { kDealer, kRouter };
  ZmqSocket(const ZmqContext& context, Kind kind);
  ~ZmqSocket();
  ZmqSocket(ZmqSocket&& other) noexcept;
  ZmqSocket(const ZmqSocket&) = delete;
  ZmqSocket& operator=(const ZmqSocket&) = delete;
  ZmqSocket& operator=(ZmqSocket&&) = delete;

  // Throws Error "ENDPOINT: …".
  void bind(const std::string& endpoint);
  // Does not wait: tries until it succeeds, then tells kReady.
  void connect(const std::string& endpoint);

  // A dealer's news of its connection, not ordered with its messages; empty when there is none.
  std::optional<ConnectionEvent> next_event();

  // A message that came; `bytes` lie where ZeroMQ put them. Messages of several parts, which no
  // sender of ours sends, come as empty ones.
  struct Message {
    std::string peer;  // of a router: whom it came from
    Buffer bytes;
  };
  // Empty when there is none now.
  std::optional<Message> receive();

  // Sends without copying when that is worth it; `bytes` are kept until they have left. A router's
  // `peer` says to whom, a dealer's is empty.
  Sent send(const std::string& peer, const Buffer& bytes);

  // How long closing waits for what was not yet sent; 0 unless told otherwise.
  void set_linger(Milliseconds linger);

  void* handle() const { return socket_; }
  void* monitor_handle() const { return monitor_; }

 private:
  void set(int option, int value);
  void allow_address_of(const std::string& endpoint);

  void* socket_ = nullptr;
  void* monitor_ = nullptr;
};

// Waits until a socket of `sockets` has a message or news, or `fd` can be read, or the time is
// over.
void wait_any(std::span<ZmqSocket* const> sockets, int fd, Milliseconds most);

}  // namespace penstock
