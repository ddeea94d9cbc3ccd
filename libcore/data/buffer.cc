#include "libcore/data/buffer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

int64_t rounded_up(int64_t size) {
  return (size + kBufferAlignment - 1) & -kBufferAlignment;
}

// Aligned bytes, preceded by a note of where malloc's block begins. aligned_alloc() is not used,
// because glibc 2.36 then needs more memory than it returns: the hole that a freed buffer leaves is
// too small for the next one of its size, and the heap grows (a sort of 300 MB in pieces of 32 KiB
// held 8 MB and took 136; in this way it takes 22). Returns the first aligned byte after the note.
uint8_t* aligned_after(uint8_t* begin) {
  auto address = reinterpret_cast<uintptr_t>(begin) + sizeof(void*);
  constexpr auto kMask = static_cast<uintptr_t>(kBufferAlignment) - 1;
  return begin + sizeof(void*) + ((kMask + 1 - (address & kMask)) & kMask);
}

uint8_t* begin_of(const uint8_t* bytes) {
  uint8_t* begin = nullptr;
  std::memcpy(&begin, bytes - sizeof begin, sizeof begin);
  return begin;
}

// `bytes` (null for none), of which the first `kept` are kept, as `size` bytes.
uint8_t* reallocate(uint8_t* bytes, int64_t kept, int64_t size) {
  uint8_t* before = bytes == nullptr ? nullptr : begin_of(bytes);
  const auto offset = static_cast<std::ptrdiff_t>(reinterpret_cast<uintptr_t>(bytes) -
                                                  reinterpret_cast<uintptr_t>(before));
  auto* begin =
      static_cast<uint8_t*>(std::realloc(before, static_cast<size_t>(size + kBufferAlignment)));
  if (begin == nullptr) throw std::bad_alloc();
  uint8_t* aligned = aligned_after(begin);
  // Pages that moved keep their offset; bytes that were copied on the heap may have another one.
  if (kept != 0 && aligned - begin != offset) {
    std::memmove(aligned, begin + offset, static_cast<size_t>(kept));
  }
  std::memcpy(aligned - sizeof begin, &begin, sizeof begin);
  return aligned;
}

void release(uint8_t* bytes) {
  if (bytes != nullptr) std::free(begin_of(bytes));
}

}  // namespace

Buffer Buffer::copy(const void* data, int64_t size) {
  MutableBuffer bytes;
  bytes.append(data, size);
  return bytes.freeze();
}

MutableBuffer::~MutableBuffer() {
  release(data_);
}

void MutableBuffer::swap(MutableBuffer& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

void MutableBuffer::reserve(int64_t capacity) {
  if (capacity <= capacity_) return;
  capacity = rounded_up(capacity);
  if (size_ == 0) {  // nothing to carry over
    release(data_);
    data_ = nullptr;
  }
  data_ = reallocate(data_, size_, capacity + kBufferPadding);
  std::memset(data_ + capacity, 0, static_cast<size_t>(kBufferPadding));
  capacity_ = capacity;
}

void MutableBuffer::grow(int64_t size) {
  reserve(std::max(size, 2 * capacity_));
}

void MutableBuffer::resize_zeroed(int64_t size) {
  int64_t before = size_;
  resize(size);
  if (size > before) std::memset(data_ + before, 0, static_cast<size_t>(size - before));
}

Buffer MutableBuffer::freeze() {
  if (data_ == nullptr) return {};
  uint8_t* bytes = data_;
  int64_t size = size_;
  data_ = nullptr;
  size_ = capacity_ = 0;
  return Buffer::wrap(std::shared_ptr<const void>(bytes, [bytes](void*) { release(bytes); }), bytes,
                      size);
}

}  // namespace penstock
