// What every program tells of itself: --help, --version, --describe, --completion; and how loud it
// is.
#pragma once

#include <functional>
#include <string>

#include "libcore/cli/command.h"

namespace penstock {

// Lives as long as the command whose options it takes.
struct Answers {
  bool quiet = false;
  bool verbose = false;
  bool help = false;
  bool version = false;
  bool describe = false;
  std::string completion;

  // Adds the options, under the heading "Other".
  void add_options(Command& command);

  // Whether one was asked for.
  bool is_asked() const { return help || version || describe || !completion.empty(); }

  // Prints the answer that was asked for; `description` gives --describe's. REQUIRES is_asked().
  void print(const Command& command, const std::function<std::string()>& description) const;
};

// What --version prints: "NAME (Penstock) 1.2.3" and a line end.
std::string version_text(const CommandText& text);

}  // namespace penstock
