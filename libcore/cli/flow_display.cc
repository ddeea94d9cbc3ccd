#include "libcore/cli/flow_display.h"

#include <unistd.h>

#include <chrono>
#include <string>

#include "libcore/cli/program.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

constexpr std::chrono::seconds kFirst{1};

}  // namespace

FlowDisplay::FlowDisplay(const char* tool, const Answers& answers)
    : tool_(tool),
      answers_(answers),
      lines_(STDERR_FILENO),
      draws_(!answers.quiet && moves_cursor(STDERR_FILENO)) {}

std::function<void(const FlowProgress&)> FlowDisplay::listener() {
  if (!draws_ && !answers_.verbose) return {};
  return [this](const FlowProgress& progress) {
    if (draws_) draw(progress);
    if (answers_.verbose && progress.ended) tell(progress);
  };
}

void FlowDisplay::draw(const FlowProgress& progress) {
  is_over_ = is_over_ || (progress.output_began && is_terminal(STDOUT_FILENO));
  if (is_over_) {
    lines_.leave();
  } else if (progress.ended) {
    lines_.clear();
  } else if (progress.elapsed >= kFirst) {
    lines_.draw(progress_lines(progress.fragments, progress.elapsed));
  }
}

void FlowDisplay::tell(const FlowProgress& progress) const {
  for (const std::string& line : progress_lines(progress.fragments, progress.elapsed))
    print_note(tool_, line);
}

}  // namespace penstock
