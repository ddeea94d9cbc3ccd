#include "tools/programs/flow_runs.h"

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/flow/detached/check_flow.h"
#include "libcore/flow/detached/detach.h"
#include "libcore/flow/detached/submit.h"
#include "libcore/flow/flow_words.h"
#include "libcore/flow/watch/display.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

constexpr const char* kName = "pflow";

int finish(const FlowOutcome& outcome) {
  if (outcome.output_closed) throw OutputClosed();
  if (outcome.status != 0) print_failure(kName, outcome.message);
  return outcome.status;
}

// Runs a flow that says what it has to say through these, until it ends.
FlowOutcome run_speaking(const Flow& flow, RunOptions options, FlowDisplay& display) {
  options.on_progress = display.listener();
  options.pass_on = [&](const std::string& said) {
    display.clear();
    print_said(said);
  };
  FlowOutcome outcome = run_flow(flow, options);
  display.clear();
  return outcome;
}

// What the manager of a detached run says is kept, up to a limit, once the run has an ID.
FlowOutcome run_recorded(const Flow& flow, RunOptions options, const Answers& answers,
                         RunRecorder& recorder) {
  auto note_kept = [&](const std::string& text) {
    if (recorder.keeps_message(text.size())) note_of_pflow(text);
  };
  FlowDisplay display(true, answers.verbose, note_kept);
  if (options.plan.note) options.plan.note = note_kept;
  options.watchers.push_back(&recorder);
  options.on_progress = display.listener();
  options.pass_on = [&](const std::string& said) {
    if (recorder.keeps_message(said.size())) print_said(said);
  };
  return run_flow(flow, options);
}

// The words of the command line say all that the job needs to know; there they mean a flow that
// runs, on the nodes of the job.
std::string submitted_command(const RunId& id, const std::string& pflow,
                              const std::vector<std::string>& words) {
  std::string command = pflow + " --submitted " + id.text();
  for (const std::string& word : words)
    command += " " + shell_quoted(word);
  return command;
}

}  // namespace

void note_of_pflow(const std::string& text) {
  print_note(kName, text);
}

int run_here(const Flow& flow, const RunOptions& options, const Answers& answers) {
  FlowDisplay display(answers.quiet, answers.verbose, note_of_pflow);
  return finish(run_speaking(flow, options, display));
}

int run_detached(const Flow& flow, const RunOptions& options, const Answers& answers) {
  const RunsFolder runs = RunsFolder::of_user();
  DetachOptions detached;
  detached.penstock = penstock_version();
  detached.flow = flow.text;
  for (const Host& host : options.hosts) {
    if (!host.is_here) detached.hosts.push_back(host.label());
  }
  detached.reads = check_flow(flow, options.plan.tools);
  detached.sync = options.sync;
  const int64_t removed = runs.remove_old(std::time(nullptr));
  if (removed > 0 && !answers.quiet) {
    note_of_pflow(std::to_string(removed) + " runs that ended more than 30 days ago were removed");
  }
  auto work = [&](RunRecorder& recorder) { return run_recorded(flow, options, answers, recorder); };
  auto failed = detach(runs, detached, work, [&](const RunId& id) {
    print_text(id.text() + "\n");
    if (!answers.quiet)
      note_of_pflow("runs in the background; pflow --attach " + id.text() + " follows it");
  });
  return failed ? finish(*failed) : 0;
}

int submit_flow(const Flow& flow, const FlowOptions& options, const Answers& answers,
                const std::vector<std::string>& words) {
  const RunOptions& run = options.run;
  SubmitOptions submitted;
  submitted.penstock = penstock_version();
  submitted.flow = flow.text;
  submitted.workers = run.plan.workers;
  if (!run.fills_slots) submitted.tasks = run.plan.workers;
  submitted.slurm = run.slurm->options;
  submitted.command = [&](const RunId& id) {
    return submitted_command(id, run.link.remote_pflow, words);
  };
  submitted.reads = check_flow(flow, run.plan.tools);
  submitted.sync = run.sync;
  submit_run(RunsFolder::of_user(), submitted, [&](const RunId& id) {
    print_text(id.text() + "\n");
    if (!answers.quiet)
      note_of_pflow("is a job of Slurm; pflow --attach " + id.text() + " follows it");
  });
  return 0;
}

int carry_out_submitted(const Flow& flow, const FlowOptions& options, const Answers& answers) {
  RunOptions run = options.run;
  // Those of the submission.
  if (run.slurm) run.slurm->options.clear();
  auto work = [&](RunRecorder& recorder) { return run_recorded(flow, run, answers, recorder); };
  return run_submitted(RunsFolder::of_user(), options.submitted, flow.text, run.sync, work);
}

int command_runs(RunCommand command, const std::vector<std::string>& ids, const Answers& answers) {
  FlowDisplay display(answers.quiet, false, note_of_pflow);
  RunVoice voice;
  voice.print = print_text;
  voice.complain = [&](const std::string& text) {
    display.clear();
    note_of_pflow(text);
  };
  voice.note = [&](const std::string& text) {
    if (!answers.quiet) voice.complain(text);
  };
  voice.pass_on = [&](const std::string& said) {
    display.clear();
    print_said(said);
  };
  voice.on_progress = display.listener();
  return carry_out(command, RunsFolder::of_user(), ids, voice);
}

}  // namespace penstock
