#include "libcore/data/buffer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

int64_t rounded_up(int64_t size) {
  return (size + kBufferAlignment - 1) & -kBufferAlignment;
}

// Aligned bytes, with where malloc's own begin noted in front of them. aligned_alloc() would do,
// but glibc 2.36 asks for more than it gives back: the hole that a freed buffer leaves is too small
// for the next one of its size, and the heap grows (a sort of 300 MB in pieces of 32 KiB held 8 MB
// and took 136; this way it takes 22).
uint8_t* allocate(int64_t size) {
  auto* begin = static_cast<uint8_t*>(std::malloc(static_cast<size_t>(size + kBufferAlignment)));
  if (begin == nullptr) throw std::bad_alloc();
  auto address = reinterpret_cast<uintptr_t>(begin) + sizeof(void*);
  constexpr auto kMask = static_cast<uintptr_t>(kBufferAlignment) - 1;
  uint8_t* bytes = begin + sizeof(void*) + ((kMask + 1 - (address & kMask)) & kMask);
  std::memcpy(bytes - sizeof begin, &begin, sizeof begin);
  return bytes;
}

void release(uint8_t* bytes) {
  if (bytes == nullptr) return;
  uint8_t* begin = nullptr;
  std::memcpy(&begin, bytes - sizeof begin, sizeof begin);
  std::free(begin);
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
  uint8_t* bytes = allocate(capacity + kBufferPadding);
  if (size_ != 0) std::memcpy(bytes, data_, static_cast<size_t>(size_));
  std::memset(bytes + capacity, 0, static_cast<size_t>(kBufferPadding));
  release(data_);
  data_ = bytes;
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
