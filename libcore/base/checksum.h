// A checksum of bytes that come piece by piece.
#pragma once

#include <cstdint>
#include <memory>

namespace penstock {

// XXH3-64 with seed 0 of all bytes that were added, as if they were added at once. It finds damage,
// and not what somebody forged. Not thread-safe.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;

  void add(const void* bytes, int64_t size);
  // Returns the checksum of the bytes so far; more may follow.
  uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
