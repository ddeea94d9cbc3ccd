// ZeroMQ's sockets as the exchange uses them: the seam of libzmq. Only wait_any() waits.
//
// Threads: a context may be shared, a socket belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/net/curve.h"
#include "libcore/net/limits.h"

namespace penstock {

class ZmqContext {
 public:
  ZmqContext();
  // Waits until all messages have been sent, or until the linger time of the sockets is over.
  // REQUIRES that no socket is open.
  ~ZmqContext();
  ZmqContext(const ZmqContext&) = delete;
  ZmqContext& operator=(const ZmqContext&) = delete;
  void* handle() const { return handle_; }

 private:
  void* handle_;
};

// The outcome of sending. kNoPeer: the router's peer is not connected, or no longer. kFull: not
// now.
enum class Sent { kDone, kNoPeer, kFull };

// What happens to a connection. The handshake fails with kKeyRefused when the other end does not
// allow our key, with kOtherSecurity when only one end encrypts or the other does not speak ZeroMQ,
// and with kCutShort when the other end closes the connection, as a receiver does that has another
// key than the expected one. After the first two ZeroMQ does not try again. A router sees kAccepted
// before the handshake of each connection, and kReady after those that succeed.
enum class ConnectionEvent { kReady, kLost, kKeyRefused, kOtherSecurity, kCutShort, kAccepted };

// The bounds of a socket. By default sending has no high-water mark: the exchange counts bytes
// itself.
struct ZmqBounds {
  int64_t message_bytes = kMaxFrameBytes;  // a larger message ends its connection
  int waiting = 0;  // messages that wait for a peer before send() returns kFull; 0: no bound
};

class ZmqSocket {
 public:
  enum class Kind { kDealer, kRouter };
  ZmqSocket(const ZmqContext& context, Kind kind, const ZmqBounds& bounds = {});
  ~ZmqSocket();
  ZmqSocket(ZmqSocket&& other) noexcept;
  ZmqSocket(const ZmqSocket&) = delete;
  ZmqSocket& operator=(const ZmqSocket&) = delete;
  ZmqSocket& operator=(ZmqSocket&&) = delete;

  // Encrypts what a dealer sends, to a router with that public key; call it before connect().
  // REQUIRES is_key() of all.
  void encrypt_to(const KeyPair& own, const std::string& router_key);
  // Makes a router accept only dealers that encrypt, with a secret key that belongs to one of
  // `allowed`; call it before bind().
  void accept_only(const KeyPair& own, const std::vector<std::string>& allowed);

  // Throws Error "ENDPOINT: …". `listening` is a socket that listens there already, which libzmq
  // closes at the end; -1 for none.
  void bind(const std::string& endpoint, int listening = -1);
  // Does not wait: tries until it succeeds, then reports kReady.
  void connect(const std::string& endpoint);

  // Returns the next event of a dealer's connection, which is not ordered with its messages; empty
  // when there is none. A router has those of all its connections.
  std::optional<ConnectionEvent> next_event();
  // Returns the address of the next peer whose key a router refused; empty when there is none. Must
  // be called when wait_any() has returned: no peer is accepted otherwise.
  std::optional<std::string> next_refused_key();

  // A message that was received; `bytes` are in ZeroMQ's memory. A message of several parts, which
  // our senders never send, comes as an empty one.
  struct Message {
    std::string peer;  // for a router: the sender of the message
    Buffer bytes;
  };
  // Returns the next message; empty when there is none now.
  std::optional<Message> receive();

  // Sends without copying when that pays; keeps `bytes` until they are sent. `peer` names the
  // receiver of a router's message, and is empty for a dealer.
  Sent send(const std::string& peer, const Buffer& bytes);

  // How long closing waits for messages that are not sent yet; 0 by default.
  void set_linger(Milliseconds linger);

  void* handle() const { return socket_; }
  void* monitor_handle() const { return monitor_; }
  void* guard_handle() const { return guard_ ? guard_->handle() : nullptr; }

 private:
  void set(int option, int value);
  void set(int option, const std::string& value);
  void watch(int events);
  void allow_address_of(const std::string& endpoint);

  const ZmqContext* context_;
  Kind kind_;
  void* socket_ = nullptr;
  void* monitor_ = nullptr;
  std::unique_ptr<KeyGuard> guard_;
};

// Waits until a socket of `sockets` has a message or an event, `fd` can be read, or the time is
// over.
void wait_any(std::span<ZmqSocket* const> sockets, int fd, Milliseconds most);

}  // namespace penstock
