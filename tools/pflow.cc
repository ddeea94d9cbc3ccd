// pflow: runs a pipeline on N workers.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/cli/program.h"
#include "libcore/flow/agent/agent.h"
#include "libcore/flow/deploy/deploy.h"
#include "libcore/flow/detached/run_commands.h"
#include "libcore/flow/flow_options.h"
#include "libcore/flow/flow_words.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/probe/probe_hosts.h"
#include "libcore/flow/probe/probe_tables.h"
#include "libcore/flow/run_flow.h"
#include "libcore/flow/stage_process.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/stage/describe.h"
#include "tools/programs/flow_runs.h"
#include "tools/programs/penstock.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{"pflow",
                            "[-n N] [--hosts HOSTS] [--slurm] [--explain] [--detach] [--unordered] "
                            "[--checkpoint DIR] [--resume DIR] "
                            "[--report FILE] [--log FILE] "
                            "'PIPELINE'",
                            "run a pipeline on N workers"};

Flow read_flow(const std::vector<std::string>& operands, const FlowOptions& options) {
  const std::string& file = options.file;
  if (file.empty() && operands.empty() && !options.resumed.empty()) {
    return parse_flow(checkpointed_flow(options.resumed), environment_variable);
  }
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

// `words`: of the command line.
int run_or_explain(const std::vector<std::string>& words, const std::vector<std::string>& operands,
                   FlowOptions& options, const Answers& answers) {
  options.run.sync = options.no_sync ? Sync::kNo : Sync::kYes;
  options.run.plan.tools = stage_registry();
  if (!answers.quiet) options.run.plan.note = note_of_pflow;
  Flow flow = read_flow(operands, options);
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
    print_answer(answers, command, [&] { return program_description_json(command, "flow"); });
    return 0;
  }
  if (options.is_agent) return run_agent(run_penstock);
  const std::optional<RunCommand> for_runs = options.run_command();
  check_host_options(options);
  take_checkpoint_options(options);
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
