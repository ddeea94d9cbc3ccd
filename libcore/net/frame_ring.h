// Data frames in memory that a sender shares with a receiver on the same host, so that they do not
// pass through the kernel twice (PROTOCOL.md, "Memory").
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "libcore/data/buffer.h"
#include "libcore/net/frame.h"
#include "libcore/os/shared_memory.h"

namespace penstock {

// The sender's side. One thread makes frames; another may set_open().
class RingWriter {
 public:
  // Empty when the system cannot provide the memory. `nonce` is the sender's.
  static std::optional<RingWriter> make(int64_t bytes, uint64_t nonce);
  RingWriter(RingWriter&& other) noexcept;

  RingAddress address() const;

  // States that the receiver has opened the memory; before that, there is no room for a frame.
  void set_open() { is_open_.store(true, std::memory_order_release); }

  struct Room {
    uint64_t position = 0;  // from the ring's beginning, counted on without wrapping
    uint8_t* data = nullptr;
    int64_t size = 0;
  };
  // Returns room for the next frame, valid until the receiver has taken it; empty when there is
  // none at present. Throws Error when the receiver has returned memory that it did not have.
  std::optional<Room> allocate(int64_t size);

 private:
  RingWriter(SharedMemory memory, uint64_t nonce);

  SharedMemory memory_;
  uint64_t bytes_;
  uint64_t head_ = 0;
  uint64_t released_ = 0;
  std::atomic<bool> is_open_ = false;
};

// The receiver's side. Not thread-safe.
class RingReader {
 public:
  // Empty when this process cannot see that memory, or when it does not belong to the sender with
  // this nonce.
  static std::optional<RingReader> open(const RingAddress& address, uint64_t nonce);

  // Returns a copy of the frame at `position`, and returns its room to the sender. Because of the
  // copy, a frame cannot change after it was checked. Throws Error for a place where no frame can
  // be.
  Buffer take(uint64_t position, uint64_t size);

 private:
  explicit RingReader(SharedMemory memory);

  SharedMemory memory_;
  uint64_t bytes_;
  uint64_t released_ = 0;
};

}  // namespace penstock
