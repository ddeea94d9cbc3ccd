// A pipe whose writer stays, so that a reader that waits for more than has been written waits for
// ever.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string_view>

#include "libcore/os/byte_source.h"

namespace penstock {

class LivePipe {
 public:
  LivePipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~LivePipe() {
    end();
    close(ends_[0]);
  }
  LivePipe(const LivePipe&) = delete;
  LivePipe& operator=(const LivePipe&) = delete;

  void write(std::string_view text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), std::ssize(text));
  }
  // The writer leaves.
  void end() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  // Must not outlive the pipe.
  ByteSourcePtr source() const { return source_from_descriptor(ends_[0], "pipe"); }
  std::unique_ptr<PeekableSource> peekable() const {
    return std::make_unique<PeekableSource>(source());
  }

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace penstock
