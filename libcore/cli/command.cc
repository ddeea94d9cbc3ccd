#include "libcore/cli/command.h"

#include <utility>

namespace penstock {

void Command::heading(const char* title) {
  heading_ = title;
}

void Command::add(const Option& option, std::function<void(const std::string&)> set) {
  entries_.push_back({heading_, option, std::move(set)});
}

void Command::add(const Option& option, bool& target) {
  entries_.push_back({heading_, option, nullptr, &target, false});
}

void Command::add_answer(const Option& option, bool& target) {
  entries_.push_back({heading_, option, nullptr, &target, true});
}

std::string usage_line(const CommandText& text) {
  return std::string("usage: ") + text.name + " " + text.synopsis;
}

}  // namespace penstock
