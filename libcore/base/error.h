// The one exception type: what users, data and the world do wrong.
//
// A message is one line: place, what is wrong, what would help, as in
//   orders.csv:1043: column 'price': '12,5' is not a number; use --types price=text
// Only errors in an expression have two further lines, the expression and a caret below it: its
// excerpt. What comes from data, files or peers may hold any bytes, also line ends: whoever prints
// a message passes it through visible_text() (utf8.h), its line and its excerpt apart. Broken
// invariants of our own are not Errors but CHECKs (check.h). libcore throws and never prints or
// exits; each tool catches once, in cli/, and puts its own name in front.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

class Error : public std::exception {
 public:
  // kRun ends a tool with status 1, kUsage (wrong options or operands) with 2.
  enum class Kind { kRun, kUsage };

  explicit Error(std::string message, Kind kind = Kind::kRun)
      : message_(std::move(message)), kind_(kind) {}

  // A wrong command line; the tool adds where its help is.
  static Error usage(std::string message) { return Error(std::move(message), Kind::kUsage); }

  // An error with an excerpt: lines that are shown below the message, each begun by "\n  ".
  static Error with_excerpt(std::string message, std::string_view excerpt) {
    Error error(std::move(message));
    error.line_size_ = error.message_.size();
    error.message_ += excerpt;
    return error;
  }

  // What is wrong with an input that `message` begins with: nobody has to put its name in front.
  static Error of_input(std::string message) {
    Error error(std::move(message));
    error.names_input_ = true;
    return error;
  }

  // A failed system call: "PLACE: WHAT: strerror(error_number)". `what` may be empty.
  static Error system(std::string_view place, std::string_view what, int error_number);

  // The same error, its place told more closely: `prefix` stands before the message.
  Error prefixed(std::string_view prefix) const {
    Error error(*this);
    error.message_.insert(0, prefix);
    if (error.line_size_ != std::string::npos) error.line_size_ += prefix.size();
    error.names_input_ = false;
    return error;
  }

  // The same error as one of a wrong command line.
  Error as_usage() const {
    Error error(*this);
    error.kind_ = Kind::kUsage;
    return error;
  }

  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const noexcept { return message_; }
  // The message without its excerpt, and that alone (empty for most). Views of this error.
  std::string_view line() const { return std::string_view(message_).substr(0, line_size_); }
  std::string_view excerpt() const { return std::string_view(message_).substr(line().size()); }
  Kind kind() const noexcept { return kind_; }
  // Whether the message begins with the input that it is about (of_input()).
  bool names_input() const noexcept { return names_input_; }

 private:
  std::string message_;
  size_t line_size_ = std::string::npos;  // of what stands before an excerpt
  Kind kind_;
  bool names_input_ = false;
};

}  // namespace penstock
