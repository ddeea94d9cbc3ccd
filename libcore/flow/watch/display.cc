#include "libcore/flow/watch/display.h"

#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include "libcore/os/terminal.h"

namespace penstock {
namespace {

constexpr std::chrono::seconds kFirst{1};

}  // namespace

FlowDisplay::FlowDisplay(bool quiet, bool verbose, std::function<void(const std::string&)> note)
    : verbose_(verbose),
      note_(std::move(note)),
      lines_(STDERR_FILENO),
      draws_(!quiet && moves_cursor(STDERR_FILENO)) {}

std::function<void(const FlowProgress&)> FlowDisplay::listener() {
  if (!draws_ && !verbose_) return {};
  return [this](const FlowProgress& progress) {
    if (draws_) draw(progress);
    if (verbose_ && progress.ended) note_lines(progress);
  };
}

void FlowDisplay::draw(const FlowProgress& progress) {
  is_over_ = is_over_ || (progress.output_began && is_terminal(STDOUT_FILENO));
  if (is_over_) lines_.leave();
  if (progress.ended) {
    draw_end(progress);
  } else if (!is_over_ && progress.elapsed >= kFirst) {
    lines_.draw(drawn_lines(progress, lines_.width()));
    has_drawn_ = true;
  }
}

void FlowDisplay::draw_end(const FlowProgress& progress) {
  if (verbose_) {
    lines_.clear();
  } else if (has_drawn_) {
    lines_.draw(drawn_lines(progress, lines_.width()));
    lines_.leave();
  }
  has_drawn_ = false;
  is_over_ = false;
}

void FlowDisplay::note_lines(const FlowProgress& progress) const {
  for (const std::string& line : progress_lines(progress.fragments, progress.elapsed))
    note_(line);
}

}  // namespace penstock
