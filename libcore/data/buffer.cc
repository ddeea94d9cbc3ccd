#include "libcore/data/buffer.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

int64_t rounded_up(int64_t size) {
  return (size + kBufferAlignment - 1) & -kBufferAlignment;
}

}  // namespace

Buffer Buffer::copy(const void* data, int64_t size) {
  MutableBuffer bytes;
  bytes.append(data, size);
  return bytes.freeze();
}

MutableBuffer::~MutableBuffer() {
  std::free(data_);
}

void MutableBuffer::swap(MutableBuffer& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

void MutableBuffer::reserve(int64_t capacity) {
  if (capacity <= capacity_) return;
  capacity = rounded_up(capacity);
  void* fresh = std::aligned_alloc(static_cast<size_t>(kBufferAlignment),
                                   static_cast<size_t>(capacity + kBufferPadding));
  if (fresh == nullptr) throw std::bad_alloc();
  auto* bytes = static_cast<uint8_t*>(fresh);
  if (size_ != 0) std::memcpy(bytes, data_, static_cast<size_t>(size_));
  std::memset(bytes + capacity, 0, static_cast<size_t>(kBufferPadding));
  std::free(data_);
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
  return Buffer::wrap(std::shared_ptr<const void>(bytes, [](void* p) { std::free(p); }), bytes,
                      size);
}

}  // namespace penstock
