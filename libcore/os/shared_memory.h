// Memory that two processes of one host share: one makes it, the other opens it by its process
// number and descriptor.
#pragma once

#include <cstdint>
#include <optional>

#include "libcore/os/descriptor.h"

namespace penstock {

// Mapped for reading and writing, and zero at first. It has no name, so that it is gone when no
// process has it any more. Its size never changes, so the mapping stays valid whatever happens to
// the other process. Pages that were never touched take no memory. Not copied.
class SharedMemory {
 public:
  // Empty when the system cannot provide the memory. REQUIRES: size > 0.
  static std::optional<SharedMemory> make(int64_t size);

  // Opens the memory that make() made in the process of this number, under this descriptor. Empty
  // for anything else: a process that does not exist (it may be in another container), or a file of
  // another kind, size or user. Any numbers are safe, even from a stranger.
  static std::optional<SharedMemory> open(int64_t process, int64_t descriptor, int64_t size);

  ~SharedMemory();
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  // Begins at a page.
  uint8_t* data() const { return data_; }
  int64_t size() const { return size_; }
  int descriptor() const { return file_.get(); }

 private:
  // Empty when it cannot be mapped.
  static std::optional<SharedMemory> map(Descriptor file, int64_t size);
  SharedMemory(Descriptor file, uint8_t* data, int64_t size);

  Descriptor file_;
  uint8_t* data_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace penstock
