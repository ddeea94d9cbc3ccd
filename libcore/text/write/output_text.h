// The buffer into which writers of text format. It passes several rows at a time to the sink.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/os/byte_sink.h"

namespace penstock {

// In a loop, a writer keeps the write position in a local variable: get it from begin(), and return
// it to end(). Not thread-safe.
class OutputText {
 public:
  // Copies of short values may write this many bytes more than requested.
  static constexpr int64_t kSlack = 64;

  explicit OutputText(ByteSink& sink) : sink_(sink), bytes_(uninitialized(kBytes)) {}

  char* begin() { return bytes_.get() + used_; }
  void end(char* at) { used_ = at - bytes_.get(); }

  // Returns a place with room for `wanted` bytes and kSlack more: `at`, or the place to which its
  // text was moved.
  char* room(char* at, int64_t wanted) {
    if (bytes_.get() + size_ - at >= wanted + kSlack) return at;
    return grow(at, wanted);
  }

  // Call this between rows: it passes a buffer that is full enough to the sink.
  char* between_rows(char* at) {
    if (at - bytes_.get() < kFull) return at;
    end(at);
    flush();
    return begin();
  }

  void append(std::string_view text) {
    char* at = room(begin(), static_cast<int64_t>(text.size()));
    std::memcpy(at, text.data(), text.size());
    end(at + text.size());
  }

  void flush() {
    if (used_ == 0) return;
    sink_.write(std::string_view(bytes_.get(), static_cast<size_t>(used_)));
    used_ = 0;
  }

 private:
  static constexpr int64_t kBytes = 320 << 10;
  static constexpr int64_t kFull = 256 << 10;

  // Initializing it with zeros would touch 80 pages before anything is written, of the 350 that
  // pagg touched on ten rows.
  static std::unique_ptr<char[]> uninitialized(int64_t size) {
    return std::unique_ptr<char[]>(new char[static_cast<size_t>(size)]);
  }

  char* grow(char* at, int64_t wanted) {
    end(at);
    size_ = std::max(used_ + wanted + kSlack, 2 * size_);
    std::unique_ptr<char[]> larger = uninitialized(size_);
    std::copy_n(bytes_.get(), used_, larger.get());
    bytes_ = std::move(larger);
    return begin();
  }

  ByteSink& sink_;
  std::unique_ptr<char[]> bytes_;
  int64_t size_ = kBytes;
  int64_t used_ = 0;
};

}  // namespace penstock
