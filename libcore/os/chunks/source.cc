#include "libcore/os/chunks/source.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <climits>
#include <string_view>
#include <utility>

#include "libcore/base/number.h"
#include "libcore/os/chunks/granted.h"
#include "libcore/os/chunks/ledger.h"

namespace penstock {
namespace {

// Returns the descriptor that a name stands for if it is a socket which keeps messages apart.
std::optional<int> socket_of(std::string_view name) {
  constexpr std::string_view kFolder = "/dev/fd/";
  if (!name.starts_with(kFolder)) return std::nullopt;
  std::optional<int64_t> number = parse_int64(name.substr(kFolder.size()));
  if (!number || *number < 0 || *number > INT_MAX) return std::nullopt;
  const auto fd = static_cast<int>(*number);
  int kind = 0;
  socklen_t size = sizeof kind;
  bool is_socket = getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0;
  return is_socket && kind == SOCK_SEQPACKET ? std::optional(fd) : std::nullopt;
}

}  // namespace

std::optional<Chunk> ChunkSource::peek() {
  last_ = 0;
  return see_next();
}

std::optional<Chunk> ChunkSource::see_next() {
  if (!next_) next_ = get_after(std::exchange(current_, Chunk()));
  return next_;
}

std::optional<Chunk> ChunkSource::take(int64_t input) {
  std::optional<Chunk> chunk = see_next();
  if (!chunk || chunk->input != input || chunk->number < last_) return std::nullopt;
  current_ = *chunk;
  last_ = chunk->number;
  next_.reset();
  return chunk;
}

std::unique_ptr<ChunkSource> open_chunk_source(const std::string& name,
                                               const std::vector<int64_t>& sizes) {
  if (std::optional<int> socket = socket_of(name)) {
    fcntl(*socket, F_SETFD, FD_CLOEXEC);
    return std::make_unique<GrantedChunks>(Descriptor(*socket), std::ssize(sizes));
  }
  return std::make_unique<ChunkLedger>(name, sizes);
}

}  // namespace penstock
