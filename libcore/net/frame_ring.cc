#include "libcore/net/frame_ring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

// Before the frames: the nonce, and the position up to which the receiver has returned room.
constexpr int64_t kHeadBytes = 64;
constexpr size_t kReleasedAt = 8;
// Frames begin at multiples of a cache line.
constexpr uint64_t kLine = 64;

uint64_t lines(uint64_t size) {
  return (size + kLine - 1) & ~(kLine - 1);
}

std::atomic_ref<uint64_t> released_in(const SharedMemory& memory) {
  return std::atomic_ref(*reinterpret_cast<uint64_t*>(memory.data() + kReleasedAt));
}

}  // namespace

RingWriter::RingWriter(SharedMemory memory, uint64_t nonce)
    : memory_(std::move(memory)), bytes_(static_cast<uint64_t>(memory_.size() - kHeadBytes)) {
  std::memcpy(memory_.data(), &nonce, sizeof nonce);
}

RingWriter::RingWriter(RingWriter&& other) noexcept
    : memory_(std::move(other.memory_)),
      bytes_(other.bytes_),
      head_(other.head_),
      released_(other.released_),
      is_open_(other.is_open_.load()) {}

std::optional<RingWriter> RingWriter::make(int64_t bytes, uint64_t nonce) {
  auto whole = static_cast<int64_t>(lines(static_cast<uint64_t>(bytes)));
  std::optional<SharedMemory> memory = SharedMemory::make(kHeadBytes + whole);
  if (!memory) return std::nullopt;
  return RingWriter(*std::move(memory), nonce);
}

RingAddress RingWriter::address() const {
  return {bytes_, static_cast<uint64_t>(getpid()), static_cast<uint64_t>(memory_.descriptor())};
}

std::optional<RingWriter::Room> RingWriter::allocate(int64_t size) {
  const uint64_t needed = lines(static_cast<uint64_t>(size));
  if (needed > bytes_ || !is_open_.load(std::memory_order_acquire)) return std::nullopt;
  const uint64_t released = released_in(memory_).load(std::memory_order_acquire);
  if (released < released_ || released > head_) {
    throw Error("the receiver has given back memory that it did not have");
  }
  released_ = released;
  // A frame is in one piece: if the end of the ring is too short for it, the end is skipped.
  uint64_t begin = head_;
  if (begin % bytes_ + needed > bytes_) begin = (begin / bytes_ + 1) * bytes_;
  if (begin + needed - released_ > bytes_) return std::nullopt;
  head_ = begin + needed;
  return Room{begin, memory_.data() + kHeadBytes + begin % bytes_, size};
}

RingReader::RingReader(SharedMemory memory)
    : memory_(std::move(memory)), bytes_(static_cast<uint64_t>(memory_.size() - kHeadBytes)) {}

std::optional<RingReader> RingReader::open(const RingAddress& address, uint64_t nonce) {
  if (address.bytes == 0 || address.bytes > static_cast<uint64_t>(kMostRingBytes) ||
      address.bytes % kLine != 0) {
    return std::nullopt;
  }
  std::optional<SharedMemory> memory = SharedMemory::open(
      static_cast<int64_t>(address.process), static_cast<int64_t>(address.descriptor),
      kHeadBytes + static_cast<int64_t>(address.bytes));
  if (!memory || std::memcmp(memory->data(), &nonce, sizeof nonce) != 0) return std::nullopt;
  return RingReader(*std::move(memory));
}

Buffer RingReader::take(uint64_t position, uint64_t size) {
  const bool is_next = position >= released_ && position - released_ <= bytes_;
  if (!is_next || position % kLine != 0 || size == 0 || size > bytes_ ||
      position % bytes_ + size > bytes_) {
    throw Error(
        fmt::format("a frame of {} bytes at {} of its memory, where none can be", size, position));
  }
  MutableBuffer bytes(kFrameOffset + static_cast<int64_t>(size));
  std::memcpy(bytes.data() + kFrameOffset, memory_.data() + kHeadBytes + position % bytes_, size);
  released_ = position + lines(size);
  released_in(memory_).store(released_, std::memory_order_release);
  return bytes.freeze().slice(kFrameOffset, static_cast<int64_t>(size));
}

}  // namespace penstock
