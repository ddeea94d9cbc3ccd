// What ps and top show of this process.
#pragma once

#include <span>
#include <string>

namespace penstock {

// Shows these words, one space between two, as what this process was started with, by
// /proc/PID/cmdline. There is as much room as the words and the environment that the process really
// was started with took; the rest is cut. REQUIRES that nothing reads either at its old place any
// more: neither argv nor variables that were not set since.
void show_process_words(std::span<const std::string> words);

}  // namespace penstock
