#include "libcore/net/curve.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/zmq_library.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kKeyCharacters = 40;
using KeyText = std::array<char, kKeyCharacters + 1>;  // with a final zero, as libzmq wants it

// The bytes of a key; empty when the text is not one.
std::optional<std::string> key_bytes(std::string_view text) {
  if (text.size() != kKeyCharacters) return std::nullopt;
  std::array<uint8_t, kKeyBytes> bytes{};
  if (zmq().z85_decode(bytes.data(), std::string(text).c_str()) == nullptr) return std::nullopt;
  // Z85 has characters beyond the last value; so only what reads back the same is a key.
  KeyText again{};
  zmq().z85_encode(again.data(), bytes.data(), bytes.size());
  if (text != again.data()) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// The parts of a message, all of which are there when its first is; empty when there is none.
std::vector<std::string> receive_parts(void* socket) {
  std::vector<std::string> parts;
  for (bool more = true; more;) {
    zmq_msg_t part;
    zmq().msg_init(&part);
    if (zmq().msg_recv(&part, socket, ZMQ_DONTWAIT) >= 0) {
      parts.emplace_back(static_cast<const char*>(zmq().msg_data(&part)), zmq().msg_size(&part));
      more = zmq().msg_more(&part) != 0;
    } else {
      more = errno == EINTR;
    }
    zmq().msg_close(&part);
  }
  return parts;
}

void send_parts(void* socket, const std::vector<std::string>& parts) {
  for (size_t i = 0; i < parts.size(); ++i) {
    zmq_msg_t part;
    zmq().msg_init_size(&part, parts[i].size());
    if (!parts[i].empty()) std::memcpy(zmq().msg_data(&part), parts[i].data(), parts[i].size());
    const int flags = ZMQ_DONTWAIT | (i + 1 < parts.size() ? ZMQ_SNDMORE : 0);
    // If the asker is gone, so is the connection that it asked for.
    if (zmq().msg_send(&part, socket, flags) < 0) zmq().msg_close(&part);
  }
}

// The parts of a question.
enum Part : size_t { kVersion, kRequest, kDomain, kAddress, kIdentity, kMechanism, kKey, kParts };

}  // namespace

KeyPair make_key_pair() {
  KeyText public_key{};
  KeyText secret_key{};
  if (zmq().curve_keypair(public_key.data(), secret_key.data()) != 0) {
    throw Error("libzmq: it was built without encryption");
  }
  return {public_key.data(), secret_key.data()};
}

bool is_key(std::string_view text) {
  return key_bytes(text).has_value();
}

std::string public_key_of(const std::string& secret_key) {
  KeyText public_key{};
  if (zmq().curve_public(public_key.data(), secret_key.c_str()) != 0) {
    throw Error("libzmq: it was built without encryption");
  }
  return public_key.data();
}

KeyGuard::KeyGuard(const ZmqContext& context, const std::vector<std::string>& allowed)
    : socket_(zmq().socket(context.handle(), ZMQ_REP)) {
  PENSTOCK_CHECK(socket_ != nullptr);
  const int linger = 0;
  zmq().setsockopt(socket_, ZMQ_LINGER, &linger, sizeof linger);
  PENSTOCK_CHECK(zmq().bind(socket_, "inproc://zeromq.zap.01") == 0);
  for (const std::string& key : allowed) {
    std::optional<std::string> bytes = key_bytes(key);
    PENSTOCK_CHECK(bytes);
    allowed_.insert(*bytes);
  }
}

KeyGuard::~KeyGuard() {
  zmq().close(socket_);
}

std::optional<std::string> KeyGuard::next_refused() {
  for (;;) {
    std::vector<std::string> asked = receive_parts(socket_);
    if (asked.empty()) return std::nullopt;
    asked.resize(kParts);
    const bool is_good = asked[kMechanism] == "CURVE" && allowed_.count(asked[kKey]) != 0;
    send_parts(socket_, {asked[kVersion], asked[kRequest], is_good ? "200" : "400",
                         is_good ? "" : "unknown key", "", ""});
    if (!is_good) return asked[kAddress];
  }
}

}  // namespace penstock
