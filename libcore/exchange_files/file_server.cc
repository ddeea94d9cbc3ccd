#include "libcore/exchange_files/file_server.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/exchange_files/file_frames.h"
#include "libcore/net/limits.h"
#include "libcore/os/open_files.h"

namespace penstock {
namespace {

// After so many requests, connections are tended and old files closed.
constexpr int kRequestsATurn = 64;
constexpr Milliseconds kIdleTurn{60'000};

}  // namespace

FileServer::FileServer(ServeOptions options)
    : options_(std::move(options)),
      folder_(options_.folder),
      claim_(options_.endpoint),
      socket_(context_, ZmqSocket::Kind::kRouter, {kMostRequestFrame, kMostWaitingReplies}) {
  prefer_open_files(static_cast<int64_t>(kMostServedFiles) + kMaxPeers);
  if (!options_.keys) require_loopback(options_.endpoint);
  const std::string at = resolve_endpoint(options_.endpoint);
  if (options_.listening >= 0) test_listening(options_.listening, at);
  if (options_.keys && !is_on_this_host(at)) {
    socket_.accept_only(options_.keys->own, options_.keys->allowed());
  }
  socket_.bind(at, options_.listening);
}

void FileServer::run() {
  ZmqSocket* const sockets[] = {&socket_};
  for (bool has_open = false; !is_stopped_; has_open = folder_.close_old()) {
    wait_any(sockets, wake_.fd(), has_open ? kServedFileLife : kIdleTurn);
    wake_.clear();
    take_connections();
    for (int count = 0; count < kRequestsATurn; ++count) {
      std::optional<ZmqSocket::Message> message = socket_.receive();
      if (!message) break;
      take(*message);
    }
  }
}

void FileServer::stop() {
  is_stopped_ = true;
  wake_.notify();
}

void FileServer::take_connections() {
  while (std::optional<std::string> address = socket_.next_refused_key()) {
    if (++refused_keys_ > kMaxRefusedNotes || !options_.note) continue;
    options_.note(fmt::format("{}: refused a connection from {}: its key is not in the keys file",
                              options_.endpoint, *address));
  }
  while (socket_.next_event()) {
  }
}

void FileServer::take(const ZmqSocket::Message& message) {
  const std::span<const uint8_t> frame = message.bytes.span<uint8_t>();
  Buffer reply;
  try {
    reply = folder_.answer(decode_request(frame));
  } catch (const std::exception& error) {  // memory may run out too
    const std::optional<uint64_t> id = id_of_request(frame);
    if (!id) return;
    reply = encode_refusal(*id, FileStatus::kUnreadable, error.what());
  }
  // A peer that is gone, or does not take its replies, may ask again.
  (void)socket_.send(message.peer, reply);
}

}  // namespace penstock
