// penstock: all tools as one program. It is the tool by whose name it is called, each name being a
// hard link to it; called penstock, it is the tool that its first word names.
#pragma once

#include <span>

namespace penstock {

// Runs what the words of a command line ask for, the first being the name by which we are called;
// where our environment says so they are several stages (flow/stage_process.h). Ends the process
// with its exit status.
[[noreturn]] int run_penstock(std::span<char*> words);

}  // namespace penstock
