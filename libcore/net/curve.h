// CURVE, the encryption of ZeroMQ: key pairs, and the check of those who connect. Together with
// zmq_socket.cc the seam of libzmq.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

class ZmqContext;

// Both as Z85, 40 characters.
struct KeyPair {
  std::string public_key;
  std::string secret_key;
};

// Returns a new pair. Throws Error when this machine's libzmq cannot encrypt.
KeyPair make_key_pair();

// Returns whether `text` is the Z85 of a key.
bool is_key(std::string_view text);

// Returns the public key of a secret one. REQUIRES is_key().
std::string public_key_of(const std::string& secret_key);

// Answers ZeroMQ's question who may connect to the sockets of a context (ZAP, RFC 27). Belongs to
// one thread, as a socket does.
class KeyGuard {
 public:
  // Must be made before a socket of the context binds, because without a guard ZeroMQ lets
  // everybody in. `allowed`: public keys; REQUIRES is_key() of each.
  KeyGuard(const ZmqContext& context, const std::vector<std::string>& allowed);
  ~KeyGuard();
  KeyGuard(const KeyGuard&) = delete;
  KeyGuard& operator=(const KeyGuard&) = delete;

  // Answers the questions that have come. Returns the address of the next peer that was refused;
  // empty when no question is left.
  std::optional<std::string> next_refused();

  // Becomes readable when a question comes.
  void* handle() const { return socket_; }

 private:
  void* socket_;
  std::set<std::string> allowed_;  // 32 bytes each
};

}  // namespace penstock
