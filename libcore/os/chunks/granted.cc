#include "libcore/os/chunks/granted.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"

namespace penstock {
namespace {

using Answer = ChunkAnswer::Kind;
using Clock = std::chrono::steady_clock;

constexpr const char* kManager = "the manager of the flow";

[[noreturn]] void throw_gone() {
  throw Error(fmt::format("{} has ended", kManager));
}

[[noreturn]] void throw_unknown() {
  throw Error(fmt::format("{} sent an unknown message", kManager));
}

}  // namespace

GrantedChunks::GrantedChunks(Descriptor manager, int64_t inputs) : manager_(std::move(manager)) {
  send({ChunkRequest::Kind::kOpen, inputs, 0});
  ChunkAnswer opened = await(Answer::kOpened, Answer::kOpened);
  if (opened.chunk.number != inputs) {
    throw Error(fmt::format("{} has {} inputs, not {}", kManager, opened.chunk.number, inputs));
  }
  if (opened.chunk.input >= inputs) throw_unknown();
  first_input_ = opened.chunk.input;
  first_size_ = opened.size;
}

int64_t GrantedChunks::size_of(int64_t input) const {
  if (granted_.chunk.number > 0 && granted_.chunk.input == input) return granted_.size;
  PENSTOCK_CHECK(input == first_input_);
  return first_size_;
}

void GrantedChunks::send(const ChunkRequest& request) {
  std::string bytes = encode(request);
  while (::send(manager_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) {
    if (errno == EPIPE || errno == ECONNRESET) throw_gone();
    if (errno != EINTR) throw Error::system(kManager, "ask", errno);
  }
}

std::optional<ChunkAnswer> GrantedChunks::receive(bool is_waiting) {
  // One byte more than a message may have, so that a longer one is not taken for one.
  std::array<char, kMostChunkMessageBytes + 1> bytes;
  ssize_t got = 0;
  do {
    got = recv(manager_.get(), bytes.data(), bytes.size(), is_waiting ? 0 : MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return std::nullopt;
  if (got == 0 || (got < 0 && errno == ECONNRESET)) throw_gone();
  if (got < 0) throw Error::system(kManager, "hear", errno);
  std::optional<ChunkAnswer> answer = decode_chunk_answer({bytes.data(), static_cast<size_t>(got)});
  if (!answer) throw_unknown();
  if (answer->kind == Answer::kRefused) {
    throw Error(fmt::format("{} refused a request for chunks", kManager));
  }
  return answer;
}

// A beginning of records comes whenever it becomes known, also when the scan has gone on.
void GrantedChunks::note(const ChunkAnswer& answer) {
  bool is_of_chunk = answer.kind == Answer::kBegin && answer.chunk.number == granted_.chunk.number;
  if (is_of_chunk) granted_.begin = answer.begin;
}

ChunkAnswer GrantedChunks::await(Answer kind, Answer other) {
  for (;;) {
    ChunkAnswer answer = *receive(true);
    if (answer.kind == kind || answer.kind == other) return answer;
    note(answer);
  }
}

std::optional<Chunk> GrantedChunks::get_after(const Chunk&) {
  send({ChunkRequest::Kind::kTake, 0, 0});
  ChunkAnswer answer = await(Answer::kChunk, Answer::kNone);
  if (answer.kind == Answer::kNone) return std::nullopt;
  granted_ = answer;
  return granted_.chunk;
}

RecordsBegin GrantedChunks::begin_of_records() {
  PENSTOCK_CHECK(current().part > 1);
  while (!granted_.begin)
    note(*receive(true));
  return *granted_.begin;
}

std::optional<int64_t> GrantedChunks::known_begin_of_records() {
  PENSTOCK_CHECK(current().part > 1);
  while (!granted_.begin) {
    std::optional<ChunkAnswer> answer = receive(false);
    if (!answer) return std::nullopt;
    note(*answer);
  }
  if (!granted_.begin->is_of_chunk) return std::nullopt;
  return granted_.begin->offset;
}

void GrantedChunks::tell_next(int64_t offset) {
  PENSTOCK_CHECK(current().number > 0);
  // The records of another input do not depend on this one.
  if (current().part == current().parts) return;
  send({ChunkRequest::Kind::kState, current().number, offset});
}

// When a scan with an earlier chunk has failed, no answer comes, because the manager ends the flow.
void GrantedChunks::give_way() noexcept {
  if (held() == 0) return;
  try {
    send({ChunkRequest::Kind::kFail, held(), 0});
    const Clock::time_point until = Clock::now() + kMostPatience;
    for (;;) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
      pollfd socket{manager_.get(), POLLIN, 0};
      if (left.count() <= 0) return;
      if (poll(&socket, 1, static_cast<int>(left.count())) <= 0) continue;
      std::optional<ChunkAnswer> answer = receive(false);
      if (answer && answer->kind == Answer::kGo) return;
    }
  } catch (const Error&) {
    // The manager cannot be asked any more, but the error to report is the one that led here.
    return;
  }
}

}  // namespace penstock
