// A tool's command line: its options, declared once, and what is made of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/cli/option.h"

namespace penstock {

// All texts are constants of the program.
struct CommandText {
  const char* name;
  const char* synopsis;  // "-k KEYS [-n ROWS] [INPUT]"
  const char* purpose;   // one phrase, as a manual's NAME has it
};

// Not thread-safe.
class Command {
 public:
  explicit Command(CommandText text) : text_(text) {}

  const CommandText& text() const { return text_; }

  // A heading of --help for the options that follow.
  void heading(const char* title);

  // An option with a value; `set` is called with it when it is given, and an Error that it throws
  // gets the option's name in front.
  void add(const Option& option, std::function<void(const std::string&)> set);

  // A flag; `target` is set to true when it is given, and outlives the command.
  void add(const Option& option, bool& target);

  // A flag that is answered whatever else is wrong with the line, as --help: when it is given, no
  // setter is called and parse() returns no operands.
  void add_answer(const Option& option, bool& target);

  struct Entry {
    const char* heading;
    Option option;
    std::function<void(const std::string&)> set;  // empty for a flag
    bool* flag = nullptr;
    bool answers = false;
  };
  const std::vector<Entry>& entries() const { return entries_; }

  // An option that parse() found.
  struct Given {
    const char* heading;
    const char* name;
    std::optional<std::string> value;  // empty for a flag
  };
  const std::vector<Given>& given() const { return given_; }

  // Sets what the arguments say and returns the operands: what is no option, `-`, and all after
  // `--`. Throws a usage Error for an unknown option (with near misses), one without its value, and
  // one given twice.
  std::vector<std::string> parse(int argc, const char* const* argv);

 private:
  CommandText text_;
  const char* heading_ = "";
  std::vector<Entry> entries_;
  std::vector<Given> given_;
};

// The command line with an option that stands alone (`bare`, as in --explain) replaced by what it
// means (`whole`, as in --explain=text): options whose value may be left out, and is never the next
// word. What stands behind `--` stays. Views of argv and of the two.
std::vector<const char*> with_whole_option(int argc, const char* const* argv, const char* bare,
                                           const char* whole);

// "usage: NAME SYNOPSIS", without a line end.
std::string usage_line(const CommandText& text);

// The text of --help.
std::string help_text(const Command& command);

// The completions for "bash", "zsh" or "fish". Throws a usage Error for any other shell.
std::string completion_script(const Command& command, std::string_view shell);

}  // namespace penstock
