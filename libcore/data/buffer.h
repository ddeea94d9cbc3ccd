// The bytes of columns: shared, immutable once frozen, aligned and padded for vectors.
//
// Threads: a Buffer may be read and copied from any thread. A MutableBuffer belongs to one thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace penstock {

// A view of immutable bytes that keeps their owner alive. Cheap to copy and to slice.
//
// Reading up to kBufferPadding bytes after the end is always safe, so wrap() only memory that
// allows it. Bytes that a MutableBuffer made begin at a multiple of 64; a slice or a wrapped view
// need not, and the bytes after its end are undefined.
class Buffer {
 public:
  Buffer() = default;

  // Returns a view of data[0, size). `owner` must keep data[0, size + kBufferPadding) readable for
  // as long as any copy lives.
  static Buffer wrap(std::shared_ptr<const void> owner, const uint8_t* data, int64_t size) {
    Buffer buffer;
    buffer.owner_ = std::move(owner);
    buffer.data_ = data;
    buffer.size_ = size;
    return buffer;
  }

  // A copy of `size` bytes.
  static Buffer copy(const void* data, int64_t size);

  const uint8_t* data() const { return data_; }
  int64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // REQUIRES: 0 <= offset, offset + size <= this->size().
  Buffer slice(int64_t offset, int64_t size) const { return wrap(owner_, data_ + offset, size); }

  // Returns the bytes as values of T. REQUIRES: data() aligned for T, which readers of foreign
  // bytes guarantee.
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }
  template <typename T>
  std::span<const T> span() const {
    return {as<T>(), static_cast<size_t>(size_) / sizeof(T)};
  }

 private:
  std::shared_ptr<const void> owner_;
  const uint8_t* data_ = nullptr;
  int64_t size_ = 0;
};

// Bytes under construction. Growing keeps the contents and doubles the capacity; new bytes are not
// initialized. freeze() passes the bytes on without copying and leaves this buffer empty.
class MutableBuffer {
 public:
  MutableBuffer() = default;
  explicit MutableBuffer(int64_t size) { resize(size); }
  ~MutableBuffer();
  MutableBuffer(MutableBuffer&& other) noexcept { swap(other); }
  MutableBuffer& operator=(MutableBuffer&& other) noexcept {
    swap(other);
    return *this;
  }
  MutableBuffer(const MutableBuffer&) = delete;
  MutableBuffer& operator=(const MutableBuffer&) = delete;

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  int64_t size() const { return size_; }
  int64_t capacity() const { return capacity_; }

  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }

  void reserve(int64_t capacity);
  void resize(int64_t size) {
    if (size > capacity_) grow(size);
    size_ = size;
  }
  // resize() with the new bytes set to zero.
  void resize_zeroed(int64_t size);

  void append(const void* bytes, int64_t count) {
    int64_t at = size_;
    resize(size_ + count);
    if (count != 0) std::memcpy(data_ + at, bytes, static_cast<size_t>(count));
  }
  // append() of one value, whose size is known: a store, where append() stayed a call in large
  // files (3 % of reading NDJSON).
  template <typename T>
  void push(T value) {
    int64_t at = size_;
    resize(size_ + static_cast<int64_t>(sizeof(T)));
    std::memcpy(data_ + at, &value, sizeof(T));
  }

  Buffer freeze();

 private:
  void grow(int64_t size);
  void swap(MutableBuffer& other) noexcept;

  uint8_t* data_ = nullptr;
  int64_t size_ = 0;
  int64_t capacity_ = 0;
};

}  // namespace penstock
