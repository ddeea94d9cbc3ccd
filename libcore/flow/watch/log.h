// pflow --log: events as they happen, an object a line. FLOW.md has the objects.
#pragma once

#include <string>

#include "libcore/data/json_writer.h"
#include "libcore/flow/watch/events.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Not thread-safe.
class EventLog final : public Watcher {
 public:
  // Creates the file, or empties it. Throws Error.
  explicit EventLog(std::string path);

  // Writes the event's line at once. Throws Error when it cannot.
  void see(const FlowEvent& event) override;

 private:
  void write(FlowTime at, const FlowBegan& event);
  void write(FlowTime at, const ProcessStarted& event);
  void write(FlowTime at, const ProcessEnded& event);
  void write(FlowTime at, const StepEnded& event);
  void write(FlowTime at, const FlowEnded& event);
  // These have no line.
  void write(FlowTime, const StepBegan&) {}
  void write(FlowTime at, const TaskTriedAgain& event);
  void write(FlowTime, const StepMoved&) {}

  JsonWriter begin(FlowTime at, const char* event) const;
  void end(JsonWriter json) const;

  std::string path_;
  FlowTime began_;
  Descriptor file_;
};

}  // namespace penstock
