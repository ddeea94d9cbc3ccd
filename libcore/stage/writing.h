// How a stage writes its rows.
#pragma once

#include <optional>
#include <string>

#include "libcore/command/command.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct Writing {
  std::optional<Format> to;  // --to
  std::string output = "-";  // --output; standard output without it
  bool no_sync = false;

  // Adds the options, --output only where the output is not an operand; this outlives the command.
  void add_options(Command& command, bool with_output);
};

}  // namespace penstock
