// pflow: runs a pipeline on N workers.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/cli/program.h"
#include "libcore/flow/agent/agent.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/probe/probe_hosts.h"
#include "libcore/flow/probe/probe_tables.h"
#include "libcore/flow/run_flow.h"
#include "libcore/flow/stage_process.h"
#include "libcore/flow/watch/display.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/stage/describe.h"
#include "tools/programs/stages.h"

namespace {

using namespace penstock;

constexpr CommandText kText{
    "pflow", "[-n N] [--explain] [--unordered] [--report FILE] [--log FILE] 'PIPELINE'",
    "run a pipeline on N workers"};
constexpr Option kWorkers{'n', "workers", "N",
                          "the number of workers; by default the number of cores"};
constexpr Option kFile{'f', "file", "FILE", "read the flow from FILE", Complete::kFile};
constexpr Option kUnordered{'\0', "unordered", "",
                            "rows may come in another order than in a shell"};
constexpr Option kExplain{'\0',
                          "explain",
                          "FORM",
                          "do not run the flow, but show its fragments, and the reasons for them, "
                          "as text (a pipeline with the same meaning), dot or json",
                          Complete::kWords,
                          "text dot json",
                          "text"};
constexpr Option kReport{'\0', "report", "FILE",
                         "write an HTML page about the run to FILE: the graph, a timeline of the "
                         "processes, rows and bytes by worker",
                         Complete::kFile};
constexpr Option kLog{'\0', "log", "FILE",
                      "write the events of the run to FILE, one on each line, as JSON",
                      Complete::kFile};
constexpr Option kProbe{'\0', "probe", "HOSTS",
                        "run no flow, but measure HOSTS, as in a,user@b:2222,: and print how fast "
                        "their memory, their disks and the connections between them are"};
constexpr Option kAgent{'\0', "agent", "",
                        "run workers for a pflow on another host, which starts this by ssh and is "
                        "connected to standard input and output"};

int64_t parse_workers(const std::string& text) {
  auto workers = parse_int64(text);
  if (!workers || *workers < 1 || *workers > kMaxWorkers) {
    throw Error::usage("'" + text + "' is not a number of workers, 1 to " +
                       std::to_string(kMaxWorkers));
  }
  return *workers;
}

// Of a file that may be too long for a flow, as much as shows it.
std::string read_flow_file(const std::string& path) {
  ByteSourcePtr source = open_source(path);
  std::string text(static_cast<size_t>(kMaxFlowBytes) + 1, '\0');
  text.resize(static_cast<size_t>(read_fully(*source, text.data(), std::ssize(text))));
  return text;
}

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
    return parse_flow(read_flow_file(file), environment);
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

int run_probe(const std::vector<Host>& hosts, const std::vector<std::string>& operands) {
  if (!operands.empty()) {
    throw Error::usage("--probe runs no flow, so '" + operands[0] + "' is one too many");
  }
  try {
    const Probe probe = probe_hosts(hosts, {});
    if (probe.signal != 0) return 128 + probe.signal;
    print_text(probe_tables(probe));
    return 0;
  } catch (const Error& error) {
    print_error(kText.name, error);
    return kOwnFailure;
  }
}

int run(int argc, const char* const* argv) {
  Command command(kText);
  RunOptions options;
  options.plan.workers = std::min<int64_t>(usable_cores(), kMaxWorkers);
  std::string file;
  std::optional<ExplainForm> form;
  command.group(OptionGroup::kOperation);
  command.add(kWorkers, [&](const std::string& v) { options.plan.workers = parse_workers(v); });
  command.add(kFile, [&](const std::string& v) { file = v; });
  command.add(kUnordered, options.plan.unordered);
  command.add(with_help(option::kMemory,
                        "how much each process that spills holds at most, about, as in 512M, "
                        "unless its own -S says otherwise"),
              [](const std::string& v) {
                parse_memory(v);
                setenv(kMemoryVariable, v.c_str(), 1);
              });
  command.add(kExplain, [&](const std::string& v) { form = parse_explain_form(v); });
  command.add(kReport, [&](const std::string& v) { options.report = v; });
  bool no_sync = false;
  command.add(option::kNoSync, no_sync);
  command.add(kLog, [&](const std::string& v) { options.log = v; });
  std::vector<Host> probed;
  command.add(kProbe, [&](const std::string& v) { add_hosts(probed, v); });
  bool is_agent = false;
  command.add(kAgent, is_agent);
  Answers answers;
  answers.add_options(command);
  std::vector<std::string> operands = command.parse(argc, argv);
  if (answers.is_asked()) {
    print_answer(answers, command, [&] { return flow_description_json(command); });
    return 0;
  }
  if (is_agent) return run_agent();
  if (!probed.empty()) return run_probe(probed, operands);
  options.sync = no_sync ? Sync::kNo : Sync::kYes;
  options.plan.tools = stage_registry();
  auto note = [&](const std::string& text) { print_note(kText.name, text); };
  if (!answers.quiet) options.plan.note = note;
  FlowDisplay display(answers.quiet, answers.verbose, note);
  options.on_progress = display.listener();
  options.pass_on = [&](const std::string& said) {
    display.clear();
    print_said(said);
  };
  try {
    Flow flow = read_flow(operands, file);
    if (!form) {
      FlowOutcome outcome = run_flow(flow, options);
      display.clear();
      return finish(outcome);
    }
    print_text(explain(plan_flow(flow, options.plan), options.plan.workers, *form));
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
