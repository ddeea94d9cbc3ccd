// The seam to CLI11. It parses the words; errors are found and worded here, because CLI11's
// end the process with statuses of its own and do not name the program.
#include <CLI/CLI.hpp>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/command/command.h"

namespace penstock {
namespace {

// What CLI11 has as the value of a flag that has none.
constexpr const char* kFlagAlone = "true";

std::string spelling(const Option& option) {
  std::string text;
  if (option.letter != '\0') text = {'-', option.letter, ','};
  return text + "--" + option.name;
}

// "; did you mean '--left-prefix'?": the options that begin with what was written, where they are
// few, else the one that is nearest.
std::string advice_about(const std::string& name, const std::vector<std::string>& names) {
  constexpr size_t kMostListed = 4;
  constexpr size_t kDashes = 2;
  std::vector<std::string> longer;
  for (const std::string& known : names) {
    if (name.size() > kDashes && known.starts_with(name)) longer.push_back(known);
  }
  if (longer.empty() || longer.size() > kMostListed) return did_you_mean(name, names);
  std::string advice = "; did you mean ";
  for (size_t i = 0; i < longer.size(); ++i) {
    if (i != 0) advice += i + 1 == longer.size() ? " or " : ", ";
    advice += "'" + longer[i] + "'";
  }
  return advice + "?";
}

[[noreturn]] void unknown_option(const Command& command, const std::string& word) {
  std::string name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Command::Entry& entry : command.entries()) {
    names.push_back(std::string("--") + entry.option.name);
  }
  std::string advice;
  if (name.starts_with("--")) advice = advice_about(name, names);
  if (advice.empty()) advice = "; an operand that begins with '-' comes after '--'";
  throw Error::usage("unknown option '" + name + "'" + advice);
}

// What is left once CLI11 has taken the options: operands, and words that it takes for options. (As
// declared operands it would split a word in brackets at its commas.)
std::vector<std::string> operands_of(const Command& command, std::vector<std::string> left) {
  std::vector<std::string> operands;
  bool all_operands = false;
  for (std::string& word : left) {
    if (!all_operands && word == "--") {
      all_operands = true;
      continue;
    }
    if (!all_operands && word.size() > 1 && word[0] == '-') unknown_option(command, word);
    operands.push_back(std::move(word));
  }
  return operands;
}

// Calls an entry's setter with each value of the option, its name in front of errors.
void set(const Command::Entry& entry, const std::vector<std::string>& values) {
  std::string name = std::string("--") + entry.option.name;
  if (values.size() > 1 && !entry.option.repeats) {
    throw Error::usage("option '" + name + "' is given twice");
  }
  try {
    for (const std::string& value : values)
      entry.set(value);
  } catch (const Error& error) {
    throw error.prefixed(name + ": ");
  }
}

// CLI11 names the option first: "--names: 1 required TEXT missing".
[[noreturn]] void missing_value(const std::string& message) {
  throw Error::usage("option '" + message.substr(0, message.find(':')) + "' needs a value");
}

}  // namespace

std::vector<std::string> Command::parse(int argc, const char* const* argv) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> options;
  for (const Entry& entry : entries_) {
    if (entry.flag != nullptr) {
      options.push_back(app.add_flag(spelling(entry.option)));
    } else {
      CLI::Option* option = app.add_option(spelling(entry.option));
      option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      option->allow_extra_args(false);
      options.push_back(option);
    }
  }
  const std::vector<std::string> words = whole_words(argc, argv);
  std::vector<const char*> pointers;
  for (const std::string& word : words)
    pointers.push_back(word.c_str());
  try {
    app.parse(static_cast<int>(pointers.size()), pointers.data());
  } catch (const CLI::ArgumentMismatch& error) {
    missing_value(error.what());
  } catch (const CLI::ParseError& error) {
    throw Error::usage(error.what());
  }
  bool stop = false;
  const Entry* with_value = nullptr;
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].flag == nullptr || options[i]->count() == 0) continue;
    if (options[i]->results()[0] != kFlagAlone) with_value = &entries_[i];
    *entries_[i].flag = true;
    given_.push_back({entries_[i].group, entries_[i].option, std::nullopt});
    if (entries_[i].answers) stop = true;
  }
  if (stop) return {};
  if (with_value != nullptr) {
    throw Error::usage(std::string("option '--") + with_value->option.name + "' takes no value");
  }
  std::vector<std::string> operands = operands_of(*this, app.remaining());
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].set || options[i]->count() == 0) continue;
    for (const std::string& value : options[i]->results())
      given_.push_back({entries_[i].group, entries_[i].option, value});
    set(entries_[i], options[i]->results());
  }
  return operands;
}

}  // namespace penstock
