#include "libcore/flow/agent/listening.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Connections that wait for a receiver to accept them: each sender makes one, at about the same
// time. The system caps it (net.core.somaxconn).
constexpr int kBacklog = 4096;

// One that is a number; nothing is sent to it.
constexpr const char* kAnyPort = "9";

struct FreeAddress {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

using Addresses = std::unique_ptr<addrinfo, FreeAddress>;

Addresses look_up(const std::string& address, const char* port, int type) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.c_str(), port, &hints, &found);
  if (error != 0) {
    throw Error("'" + printable(address) + "' is not a numeric address: " + gai_strerror(error));
  }
  return Addresses(found);
}

}  // namespace

ListeningSocket listen_at(const std::string& address) {
  const Addresses found = look_up(address, "0", SOCK_STREAM);
  ListeningSocket made;
  made.socket = Descriptor(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int fd = made.socket.get();
  if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, kBacklog) != 0) {
    throw Error::system(address, "listen", errno);
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    throw Error::system(address, "listen", errno);
  }
  in_port_t port = bound.ss_family == AF_INET6
                       ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                       : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port;
  made.port = ntohs(port);
  return made;
}

std::string own_address_towards(const std::string& address) {
  // Of a datagram socket a connection is only an entry in a table.
  const Addresses found = look_up(address, kAnyPort, SOCK_DGRAM);
  const Descriptor made(socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  std::array<char, NI_MAXHOST> text{};
  if (made.get() < 0 || connect(made.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      getsockname(made.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    throw Error::system(address, "find a way to", errno);
  }
  getnameinfo(reinterpret_cast<const sockaddr*>(&own), size, text.data(), text.size(), nullptr, 0,
              NI_NUMERICHOST);
  return text.data();
}

}  // namespace penstock
