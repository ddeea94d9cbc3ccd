#include "libcore/flow/agent/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/flow/agent/codec.h"

namespace penstock {
namespace {

constexpr size_t kReadBytes = 64 << 10;

void set_nonblocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// As write(), but without SIGPIPE for a socket.
ssize_t write_some(int fd, std::string_view bytes) {
  ssize_t count = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0 || errno != ENOTSOCK) return count;
  return write(fd, bytes.data(), bytes.size());
}

bool can_be_read(int fd) {
  pollfd asked{fd, POLLIN, 0};
  return poll(&asked, 1, 0) > 0;
}

}  // namespace

AgentConnection::AgentConnection(EventLoop& loop, Descriptor in, Descriptor out,
                                 ConnectionListener listener, const ConnectionTimes& times)
    : loop_(loop),
      listener_(std::move(listener)),
      times_(times),
      in_(std::move(in)),
      out_(std::move(out)),
      sent_(now()),
      heard_(sent_) {
  set_nonblocking(in_.get());
  set_nonblocking(out_.get());
  in_watch_ = loop_.watch(in_.get(), EventLoop::Ready::kToRead, [this] { read(); });
  tick_later();
}

void AgentConnection::send(std::string_view message) {
  if (out_.get() < 0) return;
  PENSTOCK_CHECK(!is_closing_);
  kept_ += message;
  if (ends_lines_) kept_ += encode(ToAgent(Beat{}));
  sent_ = now();
  if (!out_watch_) write();
}

void AgentConnection::close_output() {
  is_closing_ = true;
  if (!out_watch_) write();
}

void AgentConnection::write() {
  size_t written = 0;
  while (written < kept_.size()) {
    ssize_t count = write_some(out_.get(), std::string_view(kept_).substr(written));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) {
      // Why shows at the other descriptor, which ends as well.
      kept_.clear();
      written = 0;
      is_closing_ = true;
      break;
    }
    written += static_cast<size_t>(count);
  }
  kept_.erase(0, written);
  if (!kept_.empty()) {
    auto more = [this] { write(); };
    if (!out_watch_) out_watch_ = loop_.watch(out_.get(), EventLoop::Ready::kToWrite, more);
    return;
  }
  out_watch_.reset();
  if (is_closing_) out_.reset();
}

void AgentConnection::read() {
  std::array<char, kReadBytes> bytes;
  ssize_t count = ::read(in_.get(), bytes.data(), bytes.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    in_watch_.reset();
    timer_.reset();
    listener_.on_end(ConnectionEnd::kClosed);
    return;
  }
  heard_ = now();
  has_heard_ = true;
  listener_.on_bytes({bytes.data(), static_cast<size_t>(count)});
}

void AgentConnection::tick_later() {
  timer_ = loop_.at(now() + times_.beat, [this] { tick(); });
}

void AgentConnection::tick() {
  // After a pause of this process there may be something that was not read yet.
  const std::chrono::milliseconds limit = has_heard_ ? times_.silence : times_.first_silence;
  if (now() - heard_ >= limit && !can_be_read(in_.get())) {
    in_watch_.reset();
    listener_.on_end(ConnectionEnd::kSilent);
    return;
  }
  if (!is_closing_ && kept_.empty() && now() - sent_ >= times_.beat) send(encode(ToAgent(Beat{})));
  tick_later();
}

}  // namespace penstock
