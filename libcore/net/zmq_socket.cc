#include "libcore/net/zmq_socket.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/zmq_library.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

constexpr int kBacklog = 1024;
// A receiver usually answers within a few milliseconds; one that is not there is asked less and
// less often.
constexpr int kFirstRetryMilliseconds = 1;
constexpr int kMostRetryMilliseconds = 50;
constexpr int64_t kCopiedBytes = 1024;

// A message of ZeroMQ's that was received; a Buffer's owner.
class OwnedMessage {
 public:
  OwnedMessage() { zmq().msg_init(&message_); }
  ~OwnedMessage() { zmq().msg_close(&message_); }
  OwnedMessage(const OwnedMessage&) = delete;
  OwnedMessage& operator=(const OwnedMessage&) = delete;
  zmq_msg_t* get() { return &message_; }
  int64_t size() const { return static_cast<int64_t>(zmq().msg_size(&message_)); }
  const uint8_t* data() { return static_cast<const uint8_t*>(zmq().msg_data(&message_)); }

 private:
  zmq_msg_t message_;
};

[[noreturn]] void fail(const std::string& place) {
  throw Error(place + ": " + zmq().strerror(errno));
}

// Returns false when there is no message. Sets `more` to whether another part follows.
bool receive_part(void* socket, OwnedMessage& part, bool& more) {
  for (;;) {
    if (zmq().msg_recv(part.get(), socket, ZMQ_DONTWAIT) >= 0) break;
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return false;
    fail("receive");
  }
  more = zmq().msg_more(part.get()) != 0;
  return true;
}

// Takes ownership of the message, whatever the result.
Sent send_part(void* socket, zmq_msg_t& part, int flags) {
  while (zmq().msg_send(&part, socket, ZMQ_DONTWAIT | flags) < 0) {
    int error = errno;
    if (error == EINTR) continue;
    zmq().msg_close(&part);
    return error == EHOSTUNREACH ? Sent::kNoPeer : Sent::kFull;
  }
  return Sent::kDone;
}

void let_go(void* /*data*/, void* hint) {
  delete static_cast<Buffer*>(hint);
}

// ZeroMQ ends the process when it does not get its two threads; our own are counted too.
constexpr int kThreads = 4;

}  // namespace

ZmqContext::ZmqContext() : handle_(nullptr) {
  require_threads(kThreads);
  handle_ = zmq().ctx_new();
  PENSTOCK_CHECK(handle_ != nullptr);
  // One socket for each connection, and one for its events.
  zmq().ctx_set(handle_, ZMQ_MAX_SOCKETS, static_cast<int>(2 * kMaxPeers + 8));
}

ZmqContext::~ZmqContext() {
  while (zmq().ctx_term(handle_) != 0 && errno == EINTR) {
  }
}

ZmqSocket::ZmqSocket(const ZmqContext& context, Kind kind, const ZmqBounds& bounds)
    : context_(&context),
      kind_(kind),
      socket_(zmq().socket(context.handle(), kind == Kind::kRouter ? ZMQ_ROUTER : ZMQ_DEALER)) {
  if (socket_ == nullptr) fail("socket");
  set(ZMQ_LINGER, 0);
  set(ZMQ_SNDHWM, bounds.waiting);
  set(ZMQ_BACKLOG, kBacklog);
  zmq().setsockopt(socket_, ZMQ_MAXMSGSIZE, &bounds.message_bytes, sizeof bounds.message_bytes);
  if (kind == Kind::kRouter) {
    set(ZMQ_ROUTER_MANDATORY, 1);
    set(ZMQ_HANDSHAKE_IVL, static_cast<int>(kHandshake.count()));
    // It does not report every handshake that fails, but these are the accepted ones without
    // success.
    watch(ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    return;
  }
  set(ZMQ_RECONNECT_IVL, kFirstRetryMilliseconds);
  set(ZMQ_RECONNECT_IVL_MAX, kMostRetryMilliseconds);
  // A receiver that listens but does not run yet is waited for until the sender's own deadline.
  set(ZMQ_HANDSHAKE_IVL, 0);
  watch(ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
}

void ZmqSocket::watch(int events) {
  std::string name = fmt::format("inproc://monitor-{}", socket_);
  if (zmq().socket_monitor(socket_, name.c_str(), events) != 0) fail("monitor");
  monitor_ = zmq().socket(context_->handle(), ZMQ_PAIR);
  if (monitor_ == nullptr) fail("monitor");
  // Without a mark, because ZeroMQ's thread would wait at it.
  const int no_mark = 0;
  zmq().setsockopt(monitor_, ZMQ_RCVHWM, &no_mark, sizeof no_mark);
  if (zmq().connect(monitor_, name.c_str()) != 0) fail("monitor");
}

ZmqSocket::ZmqSocket(ZmqSocket&& other) noexcept
    : context_(other.context_),
      kind_(other.kind_),
      socket_(std::exchange(other.socket_, nullptr)),
      monitor_(std::exchange(other.monitor_, nullptr)),
      guard_(std::move(other.guard_)) {}

ZmqSocket::~ZmqSocket() {
  if (monitor_ != nullptr) {
    zmq().socket_monitor(socket_, nullptr, 0);
    zmq().close(monitor_);
  }
  if (socket_ != nullptr) zmq().close(socket_);
}

void ZmqSocket::set(int option, int value) {
  if (zmq().setsockopt(socket_, option, &value, sizeof value) != 0) fail("socket option");
}

void ZmqSocket::set(int option, const std::string& value) {
  if (zmq().setsockopt(socket_, option, value.c_str(), value.size() + 1) != 0)
    fail("socket option");
}

void ZmqSocket::encrypt_to(const KeyPair& own, const std::string& router_key) {
  set(ZMQ_CURVE_SERVERKEY, router_key);
  set(ZMQ_CURVE_PUBLICKEY, own.public_key);
  set(ZMQ_CURVE_SECRETKEY, own.secret_key);
}

void ZmqSocket::accept_only(const KeyPair& own, const std::vector<std::string>& allowed) {
  guard_ = std::make_unique<KeyGuard>(*context_, allowed);
  set(ZMQ_CURVE_SERVER, 1);
  set(ZMQ_CURVE_SECRETKEY, own.secret_key);
}

std::optional<std::string> ZmqSocket::next_refused_key() {
  return guard_ ? guard_->next_refused() : std::nullopt;
}

void ZmqSocket::set_linger(Milliseconds linger) {
  set(ZMQ_LINGER, static_cast<int>(linger.count()));
}

// ZeroMQ reads addresses like [::1] only when asked to.
void ZmqSocket::allow_address_of(const std::string& endpoint) {
  if (endpoint.starts_with("tcp://[")) set(ZMQ_IPV6, 1);
}

void ZmqSocket::bind(const std::string& endpoint, int listening) {
  allow_address_of(endpoint);
  if (listening >= 0) set(ZMQ_USE_FD, listening);
  if (zmq().bind(socket_, endpoint.c_str()) == 0) return;
  if (errno == EADDRNOTAVAIL) {
    throw Error(endpoint +
                ": this host does not have that address; use one that it has, or 0.0.0.0");
  }
  fail(endpoint);
}

void ZmqSocket::connect(const std::string& endpoint) {
  allow_address_of(endpoint);
  if (zmq().connect(socket_, endpoint.c_str()) != 0) fail(endpoint);
}

std::optional<ConnectionEvent> ZmqSocket::next_event() {
  if (monitor_ == nullptr) return std::nullopt;
  OwnedMessage event;
  bool more = false;
  if (!receive_part(monitor_, event, more)) return std::nullopt;
  uint16_t kind = 0;
  if (event.size() >= 2) std::memcpy(&kind, event.data(), sizeof kind);
  while (more) {
    OwnedMessage address;
    if (!receive_part(monitor_, address, more)) break;
  }
  switch (kind) {
    case ZMQ_EVENT_ACCEPTED:
      return ConnectionEvent::kAccepted;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      return ConnectionEvent::kReady;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return ConnectionEvent::kKeyRefused;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      return ConnectionEvent::kOtherSecurity;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      return ConnectionEvent::kCutShort;
    default:
      return ConnectionEvent::kLost;
  }
}

std::optional<ZmqSocket::Message> ZmqSocket::receive() {
  Message message;
  auto part = std::make_shared<OwnedMessage>();
  bool more = false;
  if (!receive_part(socket_, *part, more)) return std::nullopt;
  if (kind_ == Kind::kRouter) {
    message.peer.assign(reinterpret_cast<const char*>(part->data()),
                        static_cast<size_t>(part->size()));
    part = std::make_shared<OwnedMessage>();
    // All parts of a message are there when its first is.
    if (!more || !receive_part(socket_, *part, more)) return message;
  }
  bool is_single = !more;
  while (more) {
    OwnedMessage rest;
    if (!receive_part(socket_, rest, more)) break;
  }
  if (is_single) {
    OwnedMessage& owned = *part;
    message.bytes = Buffer::wrap(part, owned.data(), owned.size());
  }
  return message;
}

Sent ZmqSocket::send(const std::string& peer, const Buffer& bytes) {
  if (!peer.empty()) {
    zmq_msg_t id;
    zmq().msg_init_size(&id, peer.size());
    std::memcpy(zmq().msg_data(&id), peer.data(), peer.size());
    Sent sent = send_part(socket_, id, ZMQ_SNDMORE);
    if (sent != Sent::kDone) return sent;
  }
  zmq_msg_t message;
  auto size = static_cast<size_t>(bytes.size());
  if (bytes.size() <= kCopiedBytes) {
    zmq().msg_init_size(&message, size);
    if (size != 0) std::memcpy(zmq().msg_data(&message), bytes.data(), size);
  } else {
    auto* kept = new Buffer(bytes);
    zmq().msg_init_data(&message, const_cast<uint8_t*>(kept->data()), size, let_go, kept);
  }
  return send_part(socket_, message, 0);
}

void wait_any(std::span<ZmqSocket* const> sockets, int fd, Milliseconds most) {
  std::vector<zmq_pollitem_t> items;
  items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  for (const ZmqSocket* socket : sockets) {
    items.push_back({socket->handle(), -1, ZMQ_POLLIN, 0});
    for (void* besides : {socket->monitor_handle(), socket->guard_handle()}) {
      if (besides != nullptr) items.push_back({besides, -1, ZMQ_POLLIN, 0});
    }
  }
  // It returns early when it is interrupted, which does no harm.
  (void)zmq().poll(items.data(), static_cast<int>(items.size()), static_cast<long>(most.count()));
}

}  // namespace penstock
