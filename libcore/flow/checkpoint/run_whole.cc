#include "libcore/flow/checkpoint/run_whole.h"

#include <fmt/format.h>
#include <unistd.h>

#include "libcore/exchange_files/output_file.h"

namespace penstock {
namespace {

// Where an attempt writes: where nothing is seen of it before it has ended well.
class AttemptOutput {
 public:
  explicit AttemptOutput(const WholeStatement& whole)
      : whole_(whole), folder_(whole.statements.folder().path()) {
    open();
  }

  // Returns a descriptor of an empty output.
  int begin() {
    if (sink_->appears_when_finished()) {
      if (is_used_) open();
      is_used_ = true;
      return sink_->descriptor();
    }
    file_ = create_output(folder_);
    return file_.get();
  }

  FlowOutcome finish() {
    FlowOutcome outcome;
    if (file_.get() >= 0) {
      outcome = whole_.give(output_path(folder_), std::nullopt, *sink_);
    }
    if (outcome.status == 0 && whole_.plan.output) sink_->finish();
    if (file_.get() >= 0) unlink(output_path(folder_).c_str());
    return outcome;
  }

 private:
  void open() {
    sink_.reset();
    sink_ = open_sink(whole_.plan.output.value_or("-"), whole_.sync);
  }

  const WholeStatement& whole_;
  const std::string& folder_;
  ByteSinkPtr sink_;
  Descriptor file_;  // of the run's directory
  bool is_used_ = false;
};

}  // namespace

FlowOutcome run_whole(const WholeStatement& whole) {
  whole.statements.begin(whole.statement, whole.plan, whole.first_fragment);
  AttemptOutput output(whole);
  Job first;
  first.fragment = whole.first_fragment;
  FlowOutcome outcome;
  for (int64_t attempt = 1;; ++attempt) {
    if (attempt > 1) whole.events.send(TaskTriedAgain{first, attempt, outcome.message});
    outcome = whole.run(attempt, output.begin());
    const bool is_again = outcome.is_of_machine && attempt <= whole.statements.options().retries;
    if (is_again) continue;
    if (attempt > 1 && whole.note) {
      whole.note(attempt == 2 ? "the statement was tried again"
                              : fmt::format("the statement was tried again {} times", attempt - 1));
    }
    break;
  }
  if (outcome.status != 0 && whole.note) whole.note(kept_note(whole.statements.folder()));
  if (outcome.status != 0 || outcome.output_closed) return outcome;
  outcome = whole.before_output();
  if (outcome.status != 0) return outcome;
  outcome = output.finish();
  if (outcome.status != 0 || outcome.output_closed) return outcome;
  whole.statements.end(whole.statement);
  return outcome;
}

}  // namespace penstock
