// Neighbouring stages of a worker as one process: what stands on its command line, and how it is
// read back there. FLOW.md, "The run", says when and why.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/os/process.h"

namespace penstock {

// The environment variable that says that the words of a process are stages: how many words each
// has, as in "3,5". Between two stages stands a "|" that nobody counts.
inline constexpr const char* kStagesVariable = "PENSTOCK_STAGES";

// The name of the dynamic loader in a folder that has the program with its libraries
// (deploy/program_files.h). There the program is run as
// LOADER --inhibit-cache --library-path FOLDER --argv0 NAME FOLDER/TOOL WORDS, so that it needs
// nothing of the host but its kernel.
inline constexpr const char* kOwnLoader = "ld.so";

// Where the kernel has put the dynamic loader of this process; 0 when the loader is what was run.
uintptr_t loader_address();

// Where a program of the family is: beside our own, else left to PATH.
std::string tool_path(const std::string& program);

// Has a process of the family, whose words are set, run by the loader that runs this process, if
// one does.
void use_own_loader(ProcessSpec& spec);

// Sets the program, words and environment of a process that runs `commands`, each behind the one
// before it. One alone is run as itself. Several are all of the family: `are_tools`.
void set_stages(ProcessSpec& spec, const std::vector<std::vector<std::string>>& commands,
                bool are_tools);

// The words of each stage, which stay argv's, when our environment says that this process runs
// stages; the variable is taken out of it. Empty when it does not, or not of these words.
std::vector<std::span<char*>> stages_of_process(std::span<char*> argv);

}  // namespace penstock
