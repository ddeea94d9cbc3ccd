// Follows a detached run from the foreground, and hands over its result.
#pragma once

#include <functional>
#include <string>

#include "libcore/flow/detached/kept_run.h"
#include "libcore/flow/watch/progress.h"

namespace penstock {

struct FollowOptions {
  // Is given what the run says on standard error, in whole lines.
  std::function<void(const std::string&)> pass_on = {};
  // Is given how far the run is; may be empty.
  std::function<void(const FlowProgress&)> on_progress = {};
};

struct Followed {
  int signal = 0;         // that ended the following; the run goes on
  RunStatus status = {};  // of the run that has ended; without a signal
};

// Follows a run from its beginning until it has ended, or until INT, TERM, QUIT or HUP asks this
// process to end. Throws Error as KeptRun does.
Followed follow(const KeptRun& run, const FollowOptions& options);

// Writes the output of a run to standard output: an Arrow stream as a table where that is a
// terminal, else byte by byte. Throws Error when it is damaged, and as a ByteSink does. REQUIRES
// that the run is kDone.
void hand_over(const KeptRun& run, const RunEnd& end);

}  // namespace penstock
