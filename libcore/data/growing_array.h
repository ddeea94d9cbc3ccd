// An array that grows to millions of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "libcore/data/buffer.h"

namespace penstock {

// Like std::vector, for trivially copyable values whose new elements are zero bytes. A large array
// grows by moving its pages (realloc() uses mremap()) instead of copying its values. Where the
// first touch of a page costs microseconds, as in a virtual machine, a group-by of 1e7 groups spent
// half of its time copying vectors.
template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  size_t size() const { return static_cast<size_t>(bytes_.size()) / sizeof(T); }
  size_t capacity() const { return static_cast<size_t>(bytes_.capacity()) / sizeof(T); }
  bool empty() const { return bytes_.size() == 0; }

  T* data() { return bytes_.as<T>(); }
  const T* data() const { return bytes_.as<T>(); }
  T* begin() { return data(); }
  const T* begin() const { return data(); }
  T* end() { return data() + size(); }
  const T* end() const { return data() + size(); }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }

  void resize(size_t size) { bytes_.resize_zeroed(static_cast<int64_t>(size * sizeof(T))); }
  // resize() whose new elements have any value.
  void resize_unset(size_t size) { bytes_.resize(static_cast<int64_t>(size * sizeof(T))); }
  void push_back(const T& value) { bytes_.append(&value, static_cast<int64_t>(sizeof(T))); }

 private:
  MutableBuffer bytes_;
};

}  // namespace penstock
