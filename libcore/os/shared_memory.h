// Memory that two processes of one host see: one makes it, the other opens it when told where.
#pragma once

#include <cstdint>
#include <optional>

#include "libcore/os/descriptor.h"

namespace penstock {

// Mapped for reading and writing, of zeros at first; without a name, so that nothing is left of it
// when no process has it any more. Its size never changes: what is mapped stays there whatever
// becomes of the other process. Pages that nobody has touched take no memory. Not copied.
class SharedMemory {
 public:
  // Empty when the system gives none. REQUIRES: size > 0.
  static std::optional<SharedMemory> make(int64_t size);

  // What make() made in the process of this number, where it has this descriptor. Empty for
  // anything else: no such process (it may be one of another container), a file of another kind,
  // size or user. Takes any numbers, from whomever they come.
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
