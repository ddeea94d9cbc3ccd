// The buffer that writers of text format into: whole batches at a time go to the sink.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/os/byte_sink.h"

namespace penstock {

// Writers keep the place to write at in a local variable while they are in a loop: take it by
// begin(), give it back by end(). Not thread-safe.
class OutputText {
 public:
  // Copies of short values may write this far past what they are asked for.
  static constexpr int64_t kSlack = 64;

  explicit OutputText(ByteSink& sink) : sink_(sink), bytes_(uninitialized(kBytes)) {}

  char* begin() { return bytes_.get() + used_; }
  void end(char* at) { used_ = at - bytes_.get(); }

  // A place with room for `wanted` bytes and kSlack more: `at`, or where its text was moved to.
  char* room(char* at, int64_t wanted) {
    if (bytes_.get() + size_ - at >= wanted + kSlack) return at;
    return grow(at, wanted);
  }

  // To be called between rows: passes on a buffer that is full enough.
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

  // Zeroing it would touch 80 pages before there is anything to write, of the 350 that pagg touched
  // on ten rows.
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
