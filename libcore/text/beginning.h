// A look at the beginning of an input, which grows until it shows what has to be known.
#pragma once

#include <cstdint>
#include <string_view>

#include "libcore/os/byte_source.h"

namespace penstock {

// Not thread-safe. Reads nothing from the source; it only peeks.
class Beginning {
 public:
  // Looks at `wanted` bytes, or at those that a pipe has given when patience ends. `source` must
  // outlive the object.
  Beginning(PeekableSource& source, int64_t wanted, const Patience& patience);

  // The bytes that are seen, from the input's first one. Valid until the source is used again.
  std::string_view text() const { return text_; }
  // Whether they are the whole input.
  bool is_whole() const { return is_whole_; }

  // Sees at least one more byte, and twice as many where they are there. Returns false when the
  // whole input is seen, or more than kMaxRecordBytes of it.
  bool grow();

 private:
  void look(int64_t least);

  PeekableSource& source_;
  int64_t wanted_;
  Patience patience_;
  std::string_view text_;
  bool is_whole_ = false;
};

}  // namespace penstock
