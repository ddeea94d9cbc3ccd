// Neighbouring stages of a worker as one process: what stands on its command line, and how it is
// read back there. FLOW.md, "The run", says when and why.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/os/process.h"

namespace penstock {

// The environment variable that says that the words of a process are stages: how many words each
// has, as in "3,5". Between two stages stands a "|" that nobody counts.
inline constexpr const char* kStagesVariable = "PENSTOCK_STAGES";

// Where a program of the family is: beside our own, else left to PATH.
std::string tool_path(const std::string& program);

// Sets the program, words and environment of a process that runs `commands`, each behind the one
// before it. One alone is run as itself. Several are all of the family: `are_tools`.
void set_stages(ProcessSpec& spec, const std::vector<std::vector<std::string>>& commands,
                bool are_tools);

// The words of each stage, which stay argv's, when our environment says that this process runs
// stages; the variable is taken out of it. Empty when it does not, or not of these words.
std::vector<std::span<char*>> stages_of_process(std::span<char*> argv);

}  // namespace penstock
