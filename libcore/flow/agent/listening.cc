#include "libcore/flow/agent/listening.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Connections that wait for a receiver to accept them: each sender makes one, at about the same
// time. The system caps it (net.core.somaxconn).
constexpr int kBacklog = 4096;

struct FreeAddress {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

}  // namespace

ListeningSocket listen_at(const std::string& address) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.c_str(), "0", &hints, &found);
  if (error != 0) {
    throw Error("'" + printable(address) + "' is not a numeric address: " + gai_strerror(error));
  }
  std::unique_ptr<addrinfo, FreeAddress> list(found);
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

}  // namespace penstock
