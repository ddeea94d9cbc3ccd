// The columns of the files that stand on a command line which is being typed, for a shell that
// offers them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "libcore/stage/stage.h"

namespace penstock {

// Returns the columns of the regular files among the operands of `words`, a line of a tool of this
// kind without the program's name: each name once. `words` are as they are typed, with quotes and
// backslashes. The line need not be whole. What cannot be opened or read has no columns. Of
// operands only regular files are opened; another file that the line names, such as that of
// --schema, may be a pipe that nobody writes to: then this waits without end. Never throws Error.
std::vector<std::string> columns_on_line(const StageKind& kind, std::span<const std::string> words);

// Returns a word as a shell reads it, as far as quotes, backslashes and a leading "~/" go.
std::string unquoted_word(const std::string& word);

// Answers `TOOL --completion columns -- TYPED OPTION WORD...` for the shell of a person who has
// typed TYPED as the value of OPTION ("-c", "--columns" or "--columns="): what it can become, one a
// line. A process that has not found that in a second is ended.
std::string column_offers(const StageKind& kind, const Command& command,
                          std::span<const std::string> operands);

}  // namespace penstock
