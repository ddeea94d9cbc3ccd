#include "libcore/os/chunks/sockets.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "libcore/base/error.h"
#include "libcore/os/chunks/messages.h"

namespace penstock {

ChunkSockets make_chunk_sockets() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error::system("a pair of sockets", "create", errno);
  }
  ChunkSockets sockets{Descriptor(ends[0]), Descriptor(ends[1])};
  fcntl(sockets.manager.get(), F_SETFL, O_NONBLOCK);
  return sockets;
}

ReceivedRequest receive_chunk_request(int socket) {
  // One byte more than a message may have, so that a longer one is not taken for one.
  std::array<char, kMostChunkMessageBytes + 1> bytes;
  for (;;) {
    ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got > 0) return {std::string(bytes.data(), static_cast<size_t>(got)), false};
    if (got < 0 && errno == EAGAIN) return {};
    if (got < 0 && errno == EINTR) continue;
    return {std::nullopt, true};
  }
}

void send_chunk_answer(int socket, std::string_view bytes) {
  while (send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
         errno == EINTR) {
  }
}

}  // namespace penstock
