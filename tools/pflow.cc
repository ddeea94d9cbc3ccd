// pflow: runs a pipeline on N workers.
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/cli/program.h"
#include "libcore/flow/agent/agent.h"
#include "libcore/flow/deploy/deploy.h"
#include "libcore/flow/detached/check_flow.h"
#include "libcore/flow/detached/detach.h"
#include "libcore/flow/detached/run_commands.h"
#include "libcore/flow/detached/submit.h"
#include "libcore/flow/flow_options.h"
#include "libcore/flow/flow_words.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/probe/probe_hosts.h"
#include "libcore/flow/probe/probe_tables.h"
#include "libcore/flow/run_flow.h"
#include "libcore/flow/stage_process.h"
#include "libcore/flow/watch/display.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/stage/describe.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pflow",
                            "[-n N] [--hosts HOSTS] [--slurm] [--explain] [--detach] [--unordered] "
                            "[--report FILE] [--log FILE] "
                            "'PIPELINE'",
                            "run a pipeline on N workers"};

void note(const std::string& text) {
  print_note(kText.name, text);
}

Flow read_flow(const std::vector<std::string>& operands, const std::string& file) {
  if (!file.empty()) {
    if (!operands.empty()) {
      throw Error::usage("the flow is in " + file + ", so '" + operands[0] + "' is one too many");
    }
    return parse_flow(read_beginning(file, kMaxFlowBytes + 1), environment_variable);
  }
  if (operands.empty()) throw Error::usage("PIPELINE is missing");
  if (operands.size() > 1) {
    throw Error::usage("too many operands: '" + operands[1] + "'; put the pipeline into quotes");
  }
  return parse_flow(operands[0], environment_variable);
}

int finish(const FlowOutcome& outcome) {
  if (outcome.output_closed) throw OutputClosed();
  if (outcome.status != 0) print_said(std::string(kText.name) + ": " + outcome.message + "\n");
  return outcome.status;
}

// What `option` asks for instead of a flow; `work` returns the signal that ended it, or 0.
int run_without_flow(const std::string& option, const std::vector<std::string>& operands,
                     const std::function<int()>& work) {
  if (!operands.empty()) {
    throw Error::usage(option + " runs no flow, so '" + operands[0] + "' is one too many");
  }
  try {
    const int signal = work();
    return signal == 0 ? 0 : 128 + signal;
  } catch (const Error& error) {
    print_error(kText.name, error);
    return kOwnFailure;
  }
}

int undeploy_hosts(const FlowOptions& options) {
  LocalLauncher launcher;
  return undeploy(launcher, options.undeployed, *options.run.link.shell);
}

int probe_and_print(const FlowOptions& options) {
  const Probe probe = probe_hosts(options.probed, options.run.link);
  if (probe.signal == 0) print_text(probe_tables(probe));
  return probe.signal;
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

int run_here(const Flow& flow, const RunOptions& options, const Answers& answers) {
  FlowDisplay display(answers.quiet, answers.verbose, note);
  return finish(run_speaking(flow, options, display));
}

// What the manager of a detached run says is kept, up to a limit, once the run has an ID.
FlowOutcome run_recorded(const Flow& flow, RunOptions options, const Answers& answers,
                         RunRecorder& recorder) {
  auto note_kept = [&](const std::string& text) {
    if (recorder.keeps_message(text.size())) note(text);
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
    note(std::to_string(removed) + " runs that ended more than 30 days ago were removed");
  }
  auto work = [&](RunRecorder& recorder) { return run_recorded(flow, options, answers, recorder); };
  auto failed = detach(runs, detached, work, [&](const RunId& id) {
    print_text(id.text() + "\n");
    if (!answers.quiet) note("runs in the background; pflow --attach " + id.text() + " follows it");
  });
  return failed ? finish(*failed) : 0;
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
    if (!answers.quiet) note("is a job of Slurm; pflow --attach " + id.text() + " follows it");
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
  FlowDisplay display(answers.quiet, false, note);
  RunVoice voice;
  voice.print = print_text;
  voice.complain = [&](const std::string& text) {
    display.clear();
    note(text);
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

// `words`: of the command line.
int run_or_explain(const std::vector<std::string>& words, const std::vector<std::string>& operands,
                   FlowOptions& options, const Answers& answers) {
  options.run.sync = options.no_sync ? Sync::kNo : Sync::kYes;
  options.run.plan.tools = stage_registry();
  if (!answers.quiet) options.run.plan.note = note;
  Flow flow = read_flow(operands, options.file);
  if (!options.submitted.empty()) return carry_out_submitted(flow, options, answers);
  if (options.is_to_be_submitted()) return submit_flow(flow, options, answers, words);
  if (options.detaches) return run_detached(flow, options.run, answers);
  if (!options.form) return run_here(flow, options.run, answers);
  PlannedFlow planned = plan_flow(flow, options.run);
  print_text(explain(planned.statements, planned.workers, *options.form));
  return 0;
}

int run(int argc, const char* const* argv) {
  Command command(kText);
  FlowOptions options;
  add_flow_options(command, options);
  Answers answers;
  answers.add_options(command);
  std::vector<std::string> operands = command.parse(argc, argv);
  if (answers.is_asked()) {
    print_answer(answers, command, [&] { return flow_description_json(command); });
    return 0;
  }
  if (options.is_agent) return run_agent();
  const std::optional<RunCommand> for_runs = options.run_command();
  check_host_options(options);
  if (!options.undeployed.empty()) {
    return run_without_flow("--undeploy", operands, [&] { return undeploy_hosts(options); });
  }
  if (!options.probed.empty()) {
    return run_without_flow("--probe", operands, [&] { return probe_and_print(options); });
  }
  try {
    std::vector<std::string> ids = options.run_ids;
    ids.insert(ids.end(), operands.begin(), operands.end());
    return for_runs ? command_runs(*for_runs, ids, answers)
                    : run_or_explain({argv + 1, argv + argc}, operands, options, answers);
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::kUsage) throw;
    print_error(kText.name, error);
    return kOwnFailure;
  }
}

}  // namespace

int penstock::run_pflow(const Invocation& invocation) {
  return run(invocation.argc, invocation.argv);
}
