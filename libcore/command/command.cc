#include "libcore/command/command.h"

#include <algorithm>
#include <utility>

namespace penstock {

const char* heading_of(OptionGroup group) {
  switch (group) {
    case OptionGroup::kOperation:
    case OptionGroup::kSpill:
    case OptionGroup::kParameters:
    case OptionGroup::kCommand:
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

// Whether the next word is the value of the option that this one ends with: "--size", "-s", "-ls".
bool Command::takes_next(const std::string& word) const {
  const bool is_name = word.starts_with("--");
  if (word.size() < 2 || word[0] != '-') return false;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const Option& option = entry.option;
    if (!entry.set || option.value_alone != nullptr) return false;
    return is_name ? word.compare(2, word.npos, option.name) == 0
                   : option.letter != '\0' && word.find(option.letter) == word.size() - 1;
  });
}

// The words with "--explain" and "--explain=" as "--explain=text", and an empty value, "--null=",
// as a word of its own, "--null" and "", up to a "--": CLI11 would take the next word for it.
std::vector<std::string> Command::whole_words(int argc, const char* const* argv) const {
  std::vector<std::string> words;
  bool all_operands = false;
  bool is_value = false;
  for (int i = 0; i < argc; ++i) {
    const std::string word = words.emplace_back(argv[i]);
    const bool was_value = std::exchange(is_value, !is_value && takes_next(word));
    all_operands = all_operands || (word == "--" && !was_value);
    if (all_operands || was_value || !word.starts_with("--")) continue;
    const bool is_empty = word.ends_with('=');
    const std::string name = is_empty ? word.substr(0, word.size() - 1) : word;
    for (const Entry& entry : entries_) {
      if (name.compare(2, name.npos, entry.option.name) != 0) continue;
      if (const char* alone = entry.option.value_alone) {
        words.back() = name + "=" + alone;
      } else if (is_empty && entry.set) {
        words.back() = name;
        words.emplace_back();
      }
      break;
    }
  }
  return words;
}

}  // namespace penstock
