#include "libcore/flow/tasks/job.h"

#include <fmt/format.h>

#include <cstring>

namespace penstock {

std::vector<std::string> Job::programs() const {
  std::vector<std::string> programs;
  for (const std::vector<std::string>& command : commands)
    programs.push_back(command[0].substr(command[0].rfind('/') + 1));
  return programs;
}

std::vector<std::string> Job::words() const {
  std::vector<std::string> words;
  for (const std::vector<std::string>& command : commands) {
    if (!words.empty()) words.emplace_back("|");
    words.insert(words.end(), command.begin(), command.end());
  }
  return words;
}

FlowOutcome stopped_by(int signal) {
  return {128 + signal, fmt::format("stopped by {}", strsignal(signal)), true};
}

}  // namespace penstock
