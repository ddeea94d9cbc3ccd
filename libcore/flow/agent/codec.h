// Messages of managers and agents as bytes; HOSTS.md has the grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcore/flow/agent/messages.h"

namespace penstock {

// Returns a message as it is sent: its size, kind and payload. Throws Error when it is beyond
// kMaxAgentMessageBytes or has a list of more than kMaxAgentListItems.
std::string encode(const ToAgent& message);
std::string encode(const FromAgent& message);

// Returns what `message`, its kind and payload, says. Throws Error when it is not a message of that
// direction: an unknown kind, too few bytes or too many, a number out of its range.
ToAgent decode_to_agent(std::string_view message);
FromAgent decode_from_agent(std::string_view message);

// Divides a stream of bytes into messages. Holds at most one message and what was added last.
class MessageSplitter {
 public:
  // Appends bytes of the stream.
  void add(std::string_view bytes);

  // Returns the next message, its kind and payload, valid until the next call of add(); nothing
  // when it is not there in whole. Throws Error when the stream says that it has a size of 0 or
  // over kMaxAgentMessageBytes.
  std::optional<std::string_view> next();

  // Returns whether part of a message is there.
  bool is_within() const { return taken_ < bytes_.size(); }

 private:
  std::string bytes_;
  size_t taken_ = 0;  // of `bytes_`
};

}  // namespace penstock
