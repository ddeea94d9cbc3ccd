#include "libcore/cli/command.h"

#include <algorithm>
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

std::vector<const char*> with_whole_option(int argc, const char* const* argv, const char* bare,
                                           const char* whole) {
  std::vector<const char*> words(argv, argv + argc);
  auto is = [](const char* text) {
    return [text](const char* word) { return std::string_view(word) == text; };
  };
  auto end = std::find_if(words.begin(), words.end(), is("--"));
  std::replace_if(words.begin(), end, is(bare), whole);
  return words;
}

}  // namespace penstock
