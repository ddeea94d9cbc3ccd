// How ssh is called for a host, and what it says when it fails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/hosts/host_list.h"

namespace penstock {

// ssh's own status when it cannot reach a host, or not log in.
inline constexpr int kSshFailure = 255;

// Returns the words of an ssh command that a user typed: words between blanks, with quotes as in
// the shell. Throws Error (kUsage) when a quote is not closed, or there is no word.
std::vector<std::string> parse_ssh_command(std::string_view text);

// Returns the words by which `ssh`, the words of parse_ssh_command(), runs `command` in the shell
// of a host that is not this one.
std::vector<std::string> ssh_words(const Host& host, const std::vector<std::string>& ssh,
                                   const std::string& command);

// Returns "ended with status 1" or "died of signal 9 (Killed)".
std::string how_ended(int wait_status);

// Returns the lines of a text that are not blank, without blanks and carriage returns at their
// ends.
std::vector<std::string> lines_of(std::string_view text);

// Returns the error `what`, with the last line of what was said, which says most; all lines stand
// below when there are several.
Error with_words(const std::string& what, std::string_view said);

// Returns the architecture of this machine, as uname has it.
std::string own_architecture();

}  // namespace penstock
