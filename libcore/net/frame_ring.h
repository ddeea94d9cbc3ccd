// Data frames in memory that a sender shares with a receiver on its host, where they need not go
// through the kernel twice (PROTOCOL.md, "Memory").
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
  // Empty when the system gives no memory. `nonce` is the sender's.
  static std::optional<RingWriter> make(int64_t bytes, uint64_t nonce);
  RingWriter(RingWriter&& other) noexcept;

  RingAddress address() const;

  // The receiver has it. Before that there is no room for a frame.
  void set_open() { is_open_.store(true, std::memory_order_release); }

  struct Room {
    uint64_t position = 0;  // from the ring's beginning, counted on and on
    uint8_t* data = nullptr;
    int64_t size = 0;
  };
  // Room for the next frame, until the receiver has taken it; empty when there is none at present.
  // Throws Error when the receiver has given back what it did not have.
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
  // Empty when this process cannot see that memory, or it is not that of this nonce's sender.
  static std::optional<RingReader> open(const RingAddress& address, uint64_t nonce);

  // A copy of the frame at `position`, whose room the sender then has again: what is read was not
  // changed after it was tested. Throws Error for a place where no frame can be.
  Buffer take(uint64_t position, uint64_t size);

 private:
  explicit RingReader(SharedMemory memory);

  SharedMemory memory_;
  uint64_t bytes_;
  uint64_t released_ = 0;
};

}  // namespace penstock
