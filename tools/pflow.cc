// pflow: runs a pipeline on N workers.
#include <cstdlib>
#include <functional>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/cli/program.h"
#include "libcore/flow/agent/agent.h"
#include "libcore/flow/deploy/deploy.h"
#include "libcore/flow/flow_options.h"
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

constexpr CommandText kText{
    "pflow",
    "[-n N] [--hosts HOSTS] [--explain] [--unordered] [--report FILE] [--log FILE] 'PIPELINE'",
    "run a pipeline on N workers"};

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

Flow read_flow(const std::vector<std::string>& operands, const std::string& file) {
  if (!file.empty()) {
    if (!operands.empty()) {
      throw Error::usage("the flow is in " + file + ", so '" + operands[0] + "' is one too many");
    }
    return parse_flow(read_beginning(file, kMaxFlowBytes + 1), environment);
  }
  if (operands.empty()) throw Error::usage("PIPELINE is missing");
  if (operands.size() > 1) {
    throw Error::usage("too many operands: '" + operands[1] + "'; put the pipeline into quotes");
  }
  return parse_flow(operands[0], environment);
}

int finish(const FlowOutcome& outcome) {
  if (outcome.output_closed) throw OutputClosed();
  if (outcome.status != 0) print_said(std::string(kText.name) + ": " + outcome.message + "\n");
  return outcome.status;
}

void check_deployment(const FlowOptions& options) {
  if (!options.run.deploys) return;
  if (options.run.hosts.empty()) throw Error::usage("--deploy is for --hosts");
  if (options.run.link.remote_pflow != LinkOptions().remote_pflow) {
    throw Error::usage("--deploy runs its own copies, so --remote-pflow has no meaning");
  }
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
  check_deployment(options);
  if (!options.undeployed.empty()) {
    return run_without_flow("--undeploy", operands, [&] { return undeploy_hosts(options); });
  }
  if (!options.probed.empty()) {
    return run_without_flow("--probe", operands, [&] { return probe_and_print(options); });
  }
  options.run.sync = options.no_sync ? Sync::kNo : Sync::kYes;
  options.run.plan.tools = stage_registry();
  auto note = [&](const std::string& text) { print_note(kText.name, text); };
  if (!answers.quiet) options.run.plan.note = note;
  FlowDisplay display(answers.quiet, answers.verbose, note);
  options.run.on_progress = display.listener();
  options.run.pass_on = [&](const std::string& said) {
    display.clear();
    print_said(said);
  };
  try {
    Flow flow = read_flow(operands, options.file);
    if (!options.form) {
      FlowOutcome outcome = run_flow(flow, options.run);
      display.clear();
      return finish(outcome);
    }
    PlannedFlow planned = plan_flow(flow, options.run);
    print_text(explain(planned.statements, planned.workers, *options.form));
    return 0;
  } catch (const Error& error) {
    display.clear();
    if (error.kind() == Error::Kind::kUsage) throw;
    print_error(kText.name, error);
    return kOwnFailure;
  }
}

}  // namespace

int penstock::run_pflow(const Invocation& invocation) {
  return run(invocation.argc, invocation.argv);
}
