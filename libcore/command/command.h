// A tool's command line: its options, declared once, and what is made of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/command/option.h"

namespace penstock {

// What an option is about: its heading in --help, and which process gets it when a stage is
// divided.
enum class OptionGroup {
  kOperation,
  kSpill,       // -S and -T; under the heading of kOperation
  kParameters,  // --set; under the same heading
  kCommand,     // of a stage that runs a command, how it writes to it and reads from it
  kReading,
  kWriting,
  kOther,
};
inline constexpr OptionGroup kAllOptionGroups[] = {
    OptionGroup::kOperation, OptionGroup::kSpill,   OptionGroup::kParameters, OptionGroup::kCommand,
    OptionGroup::kReading,   OptionGroup::kWriting, OptionGroup::kOther};
const char* heading_of(OptionGroup group);

// An option on a command line, with its value as it was written.
struct GivenOption {
  OptionGroup group;
  Option option;
  std::optional<std::string> value;  // empty for a flag
  bool as_letter = false;            // is printed as -k VALUE, in two words

  // "--name", "--name=VALUE", or "-k", "VALUE".
  std::vector<std::string> words() const;
};

// All texts are constants of the program.
struct CommandText {
  const char* name;
  const char* synopsis;  // "-k KEYS [-n ROWS] [INPUT...]"
  const char* purpose;   // one phrase, as a manual's NAME has it
};

// Not thread-safe.
class Command {
 public:
  explicit Command(CommandText text) : text_(text) {}

  const CommandText& text() const { return text_; }

  // The group of the options that follow.
  void group(OptionGroup group) { group_ = group; }

  // An option with a value; `set` is called with it when it is given, and an Error that it throws
  // gets the option's name in front. It is called for each value of an option that repeats.
  void add(const Option& option, std::function<void(const std::string&)> set);

  // A flag; `target` is set to true when it is given, and outlives the command.
  void add(const Option& option, bool& target);

  // A flag that is answered whatever else is wrong with the line, as --help: when it is given, no
  // setter is called and parse() returns no operands.
  void add_answer(const Option& option, bool& target);

  struct Entry {
    OptionGroup group;
    Option option;
    std::function<void(const std::string&)> set;  // empty for a flag
    bool* flag = nullptr;
    bool answers = false;
  };
  const std::vector<Entry>& entries() const { return entries_; }

  // What parse() found: flags first.
  const std::vector<GivenOption>& given() const { return given_; }

  // Sets what the arguments say and returns the operands: the words that are not options, `-`, and
  // all after
  // `--`. Throws a usage Error for an unknown option (with near misses), one without its value, and
  // one given twice that does not repeat.
  std::vector<std::string> parse(int argc, const char* const* argv);

 private:
  bool takes_next(const std::string& word) const;
  std::vector<std::string> whole_words(int argc, const char* const* argv) const;

  CommandText text_;
  OptionGroup group_ = OptionGroup::kOperation;
  std::vector<Entry> entries_;
  std::vector<GivenOption> given_;
};

// "usage: NAME SYNOPSIS", without a line end.
std::string usage_line(const CommandText& text);

// The text of --help.
std::string help_text(const Command& command);

// The completions for "bash", "zsh" or "fish". Throws a usage Error for any other shell.
std::string completion_script(const Command& command, std::string_view shell);

}  // namespace penstock
