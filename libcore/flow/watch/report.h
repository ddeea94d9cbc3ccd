// pflow --report: what happens in a run, noted for the page about it (report_page.h).
#pragma once

#include <string>
#include <vector>

#include "libcore/flow/watch/events.h"
#include "libcore/flow/watch/report_page.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// Not thread-safe.
class RunReport final : public Watcher {
 public:
  // Begins the file, which appears when the flow has ended, however it did: one that cannot be made
  // is known before the run. Throws Error.
  explicit RunReport(const std::string& path);

  // Writes the page at the flow's end. Throws Error when it cannot.
  void see(const FlowEvent& event) override;

 private:
  void note(double at, const FlowBegan& event);
  void note(double at, const ProcessStarted& event);
  void note(double at, const ProcessEnded& event);
  void note(double at, const TaskTriedAgain& event);
  void note(double at, const FlowEnded& event);
  template <typename Other>
  void note(double, const Other&) {}

  ByteSinkPtr file_;
  FlowTime began_;
  RunStory story_;
};

}  // namespace penstock
