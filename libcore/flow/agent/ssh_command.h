// How ssh is called for a host, and what it says when it fails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/agent/remote_shell.h"

namespace penstock {

// Returns the words of an ssh command that a user typed: words between blanks, with quotes as in
// the shell. Throws Error (kUsage) when a quote is not closed, or there is no word.
std::vector<std::string> parse_ssh_command(std::string_view text);

// Returns the shells that `ssh`, the words of parse_ssh_command(), reaches.
RemoteShellPtr ssh_shell(std::vector<std::string> ssh = {"ssh"});

// Returns "ended with status 1" or "died of signal 9 (Killed)".
std::string how_ended(int wait_status);

// Returns the lines of a text that are not blank, without blanks and carriage returns at their
// ends.
std::vector<std::string> lines_of(std::string_view text);

// Returns the error `what`, with the line of what was said that says most; all lines stand below
// when there are several.
Error with_words(const std::string& what, std::string_view said, SaysMost line = SaysMost::kLast);

// Returns the architecture of this machine, as uname has it.
std::string own_architecture();

}  // namespace penstock
