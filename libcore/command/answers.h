// What every program can be asked about itself, and how much it says: --help, --version,
// --describe, --completion; -q and -v.
#pragma once

#include <string>
#include <string_view>

#include "libcore/command/command.h"

namespace penstock {

// Lives as long as the command whose options it takes.
struct Answers {
  bool quiet = false;
  bool verbose = false;
  bool help = false;
  bool version = false;
  bool describe = false;
  std::string completion;          // the script that --completion asks for
  bool completes_columns = false;  // or what --completion columns asks for (cli/columns_on_line.h)

  // Adds the options, of the group kOther.
  void add_options(Command& command);

  // Whether one was asked for.
  bool is_asked() const {
    return help || version || describe || completes_columns || !completion.empty();
  }
};

// Returns the version of all programs, as in "1.2.3".
std::string_view penstock_version();

// What --version prints: "NAME (Penstock) 1.2.3" and a line end.
std::string version_text(const CommandText& text);

}  // namespace penstock
