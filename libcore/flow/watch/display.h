// What a person at a terminal sees of a flow while it runs.
#pragma once

#include <functional>
#include <string>

#include "libcore/flow/watch/progress.h"
#include "libcore/flow/watch/redrawn_lines.h"

namespace penstock {

// Draws the progress on standard error where that is a terminal and -q was not said: a line a
// fragment, from the first second on (shorter flows would only flicker). Where standard output is a
// terminal too, drawing ends when the flow's own output begins, and the lines stay above that. When
// processes that were drawn end well, lines with the last figures stay, below any output. With -v
// the last figures are printed as notes instead. Not thread-safe.
class FlowDisplay {
 public:
  // `quiet` and `verbose` are -q and -v; `note` prints one.
  FlowDisplay(bool quiet, bool verbose, std::function<void(const std::string&)> note);

  // RunOptions::on_progress; empty when nothing would be shown. The display outlives it.
  std::function<void(const FlowProgress&)> listener();

  // Takes the lines away, before something else is written to standard error.
  void clear() { lines_.clear(); }

 private:
  void draw(const FlowProgress& progress);
  void draw_end(const FlowProgress& progress);
  void note_lines(const FlowProgress& progress) const;

  bool verbose_;
  std::function<void(const std::string&)> note_;
  RedrawnLines lines_;
  bool draws_;
  // Of the processes that run now.
  bool has_drawn_ = false;
  bool is_over_ = false;  // drawing, as the output has begun
};

}  // namespace penstock
