// The text of an expression with its parameters, and Errors that point into it.
//
// Threads: immutable, shared by the nodes that are bound from it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/expr/parameters.h"

namespace penstock {

class Source {
 public:
  explicit Source(ExpressionText text)
      : text_(std::move(text.text)), parameters_(std::move(text.parameters)) {}

  const std::string& text() const { return text_; }
  const Parameters& parameters() const { return parameters_; }

  // Returns an Error of three lines: the message, the line of the text that contains byte
  // `location`, and a caret below that character. A long line is cut to the part around the caret.
  // A location outside of the text (-1) points at the beginning, and one at the end to the place
  // after the last character.
  Error error(int64_t location, std::string_view message) const;

 private:
  std::string text_;
  Parameters parameters_;
};
using SourcePtr = std::shared_ptr<const Source>;

}  // namespace penstock
