// The manager's side of a detached run: writes the files of its folder (RUNS.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/flow/detached/run_record.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/flow/watch/events.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Writes how a run begins, by the one who makes its folder: then it can be looked at before its
// manager has started. Throws Error.
void write_run_record(const std::string& folder, const RunRecord& record, Sync sync);

// Writes how a run ended whose manager never ran. Throws Error.
void write_run_end(const std::string& folder, const RunEnd& end);

// Not thread-safe. The folder may get another name while this lives.
class RunRecorder final : public Watcher {
 public:
  // Makes the files of a run in its folder, which has its lock already. The number of workers and
  // the time are those of the start. `sync`: whether the end is on the disk before end() returns.
  // Throws Error.
  RunRecorder(const std::string& folder, RunRecord record, Sync sync);

  // Sets what is called before the first processes of the flow are started, when the record has
  // been written. What it throws ends the flow.
  void on_start(std::function<void()> call) { on_start_ = std::move(call); }

  // The files of the flow's own output and of its standard error, for writing, as long as this.
  int output() const { return output_.get(); }
  int messages() const { return messages_.get(); }

  // Returns whether a message of so many bytes is kept. The first time that it is not, a line about
  // that is written.
  bool keeps_message(size_t bytes);

  // Writes the record at the start, and then how far the flow is, at most once a second; that the
  // latter cannot be written is not an error.
  void see(const FlowEvent& event) override;

  // Writes how the flow ended. Of one that did not end well the output is removed. Throws Error
  // when it cannot be written; the run is lost then.
  void end(FlowOutcome outcome);

 private:
  void start();
  void note(const StepMoved& moved, FlowTime at);
  void write_progress();
  int64_t keep_output();

  Descriptor folder_;
  std::string path_;  // for messages
  RunRecord record_;
  Sync sync_;
  std::function<void()> on_start_;
  Descriptor output_;
  Descriptor messages_;
  int64_t message_bytes_ = 0;
  bool says_more_ = false;
  bool has_started_ = false;
  FlowTime step_began_;
  std::optional<FlowTime> written_;
  RunProgress progress_;
};

}  // namespace penstock
