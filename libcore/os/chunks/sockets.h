// The sockets over which a scan asks the manager of its flow for chunks: the launcher's side.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcore/os/descriptor.h"

namespace penstock {

// Two connected sockets of kind SOCK_SEQPACKET, which keeps messages apart. No child inherits them
// unless it is given one.
struct ChunkSockets {
  Descriptor manager;  // reading it never waits
  Descriptor scan;
};

// Throws Error when the system has no more sockets.
ChunkSockets make_chunk_sockets();

struct ReceivedRequest {
  std::optional<std::string> bytes;  // empty when none is there; they may be any bytes
  bool is_end = false;               // none will come any more
};

// Takes the next message from the manager's socket.
ReceivedRequest receive_chunk_request(int socket);

// Sends a message to the scan. Does nothing when the scan has closed its end, or does not read what
// it is sent.
void send_chunk_answer(int socket, std::string_view bytes);

}  // namespace penstock
