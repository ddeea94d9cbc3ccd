#include "libcore/command/command.h"

#include <utility>

namespace penstock {

const char* heading_of(OptionGroup group) {
  switch (group) {
    case OptionGroup::kOperation:
    case OptionGroup::kSpill:
    case OptionGroup::kParameters:
      return "Operation";
    case OptionGroup::kReading:
      return "Reading";
    case OptionGroup::kWriting:
      return "Writing";
    case OptionGroup::kOther:
      break;
  }
  return "Other";
}

void Command::add(const Option& option, std::function<void(const std::string&)> set) {
  entries_.push_back({group_, option, std::move(set)});
}

void Command::add(const Option& option, bool& target) {
  entries_.push_back({group_, option, nullptr, &target, false});
}

void Command::add_answer(const Option& option, bool& target) {
  entries_.push_back({group_, option, nullptr, &target, true});
}

std::string usage_line(const CommandText& text) {
  return std::string("usage: ") + text.name + " " + text.synopsis;
}

std::vector<std::string> GivenOption::words() const {
  if (as_letter) return {{'-', option.letter}, *value};
  return {std::string("--") + option.name + (value ? "=" + *value : "")};
}

// The words with "--explain" and "--explain=" as "--explain=text", up to a "--".
std::vector<std::string> Command::whole_words(int argc, const char* const* argv) const {
  std::vector<std::string> words(argv, argv + argc);
  for (std::string& word : words) {
    if (word == "--") break;
    for (const Entry& entry : entries_) {
      const Option& option = entry.option;
      if (option.value_alone == nullptr) continue;
      const std::string name = std::string("--") + option.name;
      if (word == name || word == name + "=") word = name + "=" + option.value_alone;
    }
  }
  return words;
}

}  // namespace penstock
