// The text of an expression, and Errors that point into it.
//
// Threads: immutable, shared by the nodes that were bound from it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {

class Source {
 public:
  explicit Source(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }

  // The Error of three lines: the message, the line of the text that holds byte `location`, a caret
  // below that character. A long line is cut to what stands around the caret; a location outside
  // (-1) points at the beginning, one at the end just past the last character.
  Error error(int64_t location, std::string_view message) const;

 private:
  std::string text_;
};
using SourcePtr = std::shared_ptr<const Source>;

}  // namespace penstock
