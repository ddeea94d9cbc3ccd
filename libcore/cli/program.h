// The frame of every tool's main: catches once, reports once, closes standard output once.
#pragma once

#include <functional>

namespace penstock {

// Runs `body`, which gives the exit status, and turns what it throws into one line on standard error
// and a status: Error 1 (usage 2), std::bad_alloc 1; OutputClosed ends the process by SIGPIPE, as
// any Unix filter ends. Also tunes malloc for large buffers (findings: without it every large
// receive costs an mmap and its page faults).
int run_program(const char* tool, const std::function<int()>& body);

}  // namespace penstock
