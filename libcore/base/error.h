// The one exception type, for everything that users, data and the environment can do wrong.
//
// A message is one line: the place, what is wrong, and what to do, as in
//   orders.csv:1043: column 'price': '12,5' is not a number; use --types price=text
// Only an error in an expression has an excerpt: two further lines, with the expression and a caret
// below the place.
//
// Texts that come from data, files or peers may contain any bytes, also line ends. So code that
// prints a message must pass its line and its excerpt through visible_text() (utf8.h), each by
// itself.
//
// A broken invariant of our own is not an Error but a CHECK (check.h). libcore throws; it never
// prints or exits. Each tool catches once, in cli/, and puts its own name in front.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

// Returns whether `error_number` (errno) is a reason of the machine, and neither of its user nor of
// the data: space, memory, descriptors or processes have run out, or a device has failed.
bool is_reason_of_machine(int error_number);

class Error : public std::exception {
 public:
  // kRun ends a tool with status 1, kUsage (wrong options or operands) with 2.
  enum class Kind { kRun, kUsage };

  explicit Error(std::string message, Kind kind = Kind::kRun)
      : message_(std::move(message)), kind_(kind) {}

  // A wrong command line; the tool adds where its help is.
  static Error usage(std::string message) { return Error(std::move(message), Kind::kUsage); }

  // Returns an error with an excerpt: lines that are shown below the message, each beginning with
  // "\n  ".
  static Error with_excerpt(std::string message, std::string_view excerpt) {
    Error error(std::move(message));
    error.line_size_ = error.message_.size();
    error.message_ += excerpt;
    return error;
  }

  // Returns an error whose message already begins with the name of its input, so that callers do
  // not put the name in front again.
  static Error of_input(std::string message) {
    Error error(std::move(message));
    error.names_input_ = true;
    return error;
  }

  // Returns an error of which another process is the cause: it failed, and said so, or it is gone.
  // `names_input` as in of_input().
  static Error of_peer(std::string message, bool names_input = false) {
    Error error(std::move(message));
    error.names_input_ = names_input;
    error.is_of_peer_ = true;
    return error;
  }

  // Returns an error of which the machine is the cause, and neither its user nor the data: the same
  // work may well succeed on another machine, or later.
  static Error of_machine(std::string message) {
    Error error(std::move(message));
    error.is_of_machine_ = true;
    return error;
  }

  // Returns the error of a failed system call: "PLACE: WHAT: strerror(error_number)", without
  // "WHAT: " when `what` is empty. It is one of the machine where is_reason_of_machine().
  static Error system(std::string_view place, std::string_view what, int error_number);

  // Returns the same error with `prefix` in front of the message, to name its place more exactly.
  Error prefixed(std::string_view prefix) const {
    Error error(*this);
    error.message_.insert(0, prefix);
    if (error.line_size_ != std::string::npos) error.line_size_ += prefix.size();
    error.names_input_ = false;
    return error;
  }

  // Returns the same error with `input` and ": " in front, as one that names its input.
  Error in_input(std::string_view input) const {
    Error error = prefixed(std::string(input) + ": ");
    error.names_input_ = true;
    return error;
  }

  // Returns the same error with `advice` behind its message, which has no excerpt.
  Error with_advice(std::string_view advice) const {
    Error error(*this);
    error.message_ += advice;
    return error;
  }

  // Returns the same error, as one of which another process is the cause (of_peer()) besides.
  Error as_of_peer() const {
    Error error(*this);
    error.is_of_peer_ = true;
    return error;
  }

  // Returns the same error, as one of a wrong command line.
  Error as_usage() const {
    Error error(*this);
    error.kind_ = Kind::kUsage;
    return error;
  }

  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const noexcept { return message_; }
  // The message without its excerpt, and the excerpt alone, which is empty for most errors. The
  // views are valid as long as this error.
  std::string_view line() const { return std::string_view(message_).substr(0, line_size_); }
  std::string_view excerpt() const { return std::string_view(message_).substr(line().size()); }
  Kind kind() const noexcept { return kind_; }
  // Whether the message begins with the input that it is about (of_input()).
  bool names_input() const noexcept { return names_input_; }
  // Whether another process is the cause (of_peer()), so that its own error says more.
  bool is_of_peer() const noexcept { return is_of_peer_; }
  // Whether the machine is the cause (of_machine()).
  bool is_of_machine() const noexcept { return is_of_machine_; }

 private:
  std::string message_;
  size_t line_size_ = std::string::npos;  // of what stands before an excerpt
  Kind kind_;
  bool names_input_ = false;
  bool is_of_peer_ = false;
  bool is_of_machine_ = false;
};

}  // namespace penstock
