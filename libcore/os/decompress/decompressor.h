// What the readers of all compressed formats have in common, and how each is made.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Reads compressed bytes from below, a piece at a time. Every format is read in the same way:
// decode the available bytes, and where a member ends, check whether another begins. Not
// thread-safe.
class Decompressor : public ByteSource {
 public:
  explicit Decompressor(ByteSourcePtr below);

  int64_t read(void* out, int64_t size) final;
  // Decodes what comes until that makes a byte.
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) final;
  bool waits() const final { return below_->waits(); }
  const std::string& name() const final { return below_->name(); }

 protected:
  // Decodes from input [at_, end_), moves at_, and sets between_ to whether a member has just
  // ended. Returns the number of bytes written, which may be 0. The input is empty only after a
  // call that filled its whole output: then the decoder may still hold bytes. Throws Error for data
  // that is damaged.
  virtual int64_t decode(uint8_t* out, int64_t size) = 0;

  [[noreturn]] void damaged(const std::string& reason) const;
  // Skips zero bytes between members, with which programs that write in blocks (tapes, some
  // devices) fill the last one. Returns whether there was one.
  bool skip_zeros();

  const uint8_t* input() const { return input_.data() + at_; }
  size_t input_size() const { return end_ - at_; }
  ByteSource& below() const { return *below_; }

  size_t at_ = 0;
  size_t end_ = 0;
  bool between_ = false;

 private:
  int64_t decode_into(uint8_t* out, int64_t size);
  bool fill();

  ByteSourcePtr below_;
  std::vector<uint8_t> input_;
  bool may_hold_ = false;      // the last call of decode() filled its output
  std::vector<uint8_t> made_;  // decoded while waiting, from made_at_ on
  size_t made_at_ = 0;
};

// Each reads the format that its name says, all members one after the other.
ByteSourcePtr make_gzip_source(ByteSourcePtr below);
ByteSourcePtr make_zstd_source(ByteSourcePtr below, int64_t max_window);
ByteSourcePtr make_bzip2_source(ByteSourcePtr below);
// xz's dictionary is what zstd calls a window.
ByteSourcePtr make_xz_source(ByteSourcePtr below, int64_t max_window);
ByteSourcePtr make_lz4_source(ByteSourcePtr below);

// Load the libraries that these formats need, as the first such input does. Throw Error when this
// machine has none.
void load_bzip2_library();
void load_xz_library();

// Returns the error for data that needs a larger window: "NAME: compressed data needs …; use
// --max-window …", or that no option reads it. Sizes are in bytes; `allowed` is a power of two.
Error window_error(const std::string& name, uint64_t needed, uint64_t allowed);

}  // namespace penstock
