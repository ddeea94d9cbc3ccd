// How a stage writes its rows.
#pragma once

#include <optional>
#include <string>

#include "libcore/command/command.h"
#include "libcore/text/text_format.h"
#include "libcore/text/write/writer.h"

namespace penstock {

struct Writing {
  std::optional<Format> to;  // --to
  std::string output = "-";  // --output; standard output without it
  bool no_sync = false;
  // --out-delimiter, --out-no-header, --out-null, --quote-all, --out-no-quotes and
  // --crlf.
  std::optional<char> delimiter;
  bool no_header = false;
  std::optional<std::string> null_text;
  bool quote_all = false;
  bool no_quotes = false;
  bool crlf = false;

  // Adds the options, --output only where the output is not an operand; this outlives the command.
  void add_options(Command& command, bool with_output);

  // Whether an option was given that is for CSV alone, or for CSV and TSV.
  bool means_csv() const { return delimiter || quote_all || no_quotes || crlf; }

  // Returns how text of this format is written. Throws a usage Error for an option that would have
  // no effect on it.
  TextWriteOptions text(Format format) const;
};

}  // namespace penstock
