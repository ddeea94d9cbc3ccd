#include "libcore/flow/flow_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/flow/flow_words.h"
#include "libcore/flow/sent_files.h"
#include "libcore/flow/slurm/allocation.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/stage/parameters.h"
#include "libcore/stage/shared_options.h"

namespace penstock {
namespace {

constexpr Option kWorkers{'n', "workers", "N",
                          "the number of workers; by default the number of cores, or of the slots "
                          "of all hosts"};
constexpr Option kFile{'f', "file", "FILE", "read the flow from FILE", Complete::kFile};
constexpr Option kHosts{'\0', "hosts", "HOST,…",
                        "run the workers on these hosts, by ssh: [USER@]HOST[:PORT][*SLOTS], or : "
                        "for this one; SLOTS is how many workers a host has, by default one for "
                        "each core"};
constexpr Option kHostFile{'\0', "hostfile", "FILE", "as --hosts, with a host on each line of FILE",
                           Complete::kFile};
constexpr Option kSsh{'\0', "ssh", "COMMAND",
                      "the command that reaches hosts, with its options, instead of ssh"};
// The value that stands alone has no words.
constexpr Option kSlurm{'\0',
                        "slurm",
                        "OPTIONS",
                        "run the workers on the nodes of the Slurm job in which pflow runs, or ask "
                        "for one with these options of salloc, as in --slurm='-N 4 -p debug'",
                        Complete::kNothing,
                        "",
                        " "};
constexpr Option kRemotePflow{'\0', "remote-pflow", "COMMAND",
                              "how hosts call pflow, if not by its name"};
constexpr Option kDeploy{'\0', "deploy", "",
                         "copy this program to hosts that do not have it, into the user's cache "
                         "folder, and run the copies"};
constexpr Option kUndeploy{'\0', "undeploy", "HOSTS",
                           "run no flow, but remove the copies that --deploy made on HOSTS"};
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
constexpr Option kSend{
    .letter = '\0',
    .name = "send",
    .value = "FILE",
    .help =
        "copy FILE to all hosts for the run: a program, a schema or an input that stages name "
        "by its path is then there; may be given several times",
    .complete = Complete::kFile,
    .repeats = true};
constexpr Option kTransfer{'\0', "transfer", "",
                           "send inputs, which need be on this host alone, to the hosts whose "
                           "workers scan them"};
constexpr Option kCheckpoint{
    .letter = '\0',
    .name = "checkpoint",
    .value = "DIR",
    .help =
        "write what goes from fragment to fragment to files in DIR, try tasks again that fail for "
        "a reason of the machine, and let --resume go on with a run that was interrupted; with "
        "--checkpoint=auto before it, only where the work that could be lost is worth the files",
    .repeats = true};
constexpr Option kResume{'\0', "resume", "DIR",
                         "go on with the run of which DIR has the checkpoints, and run what is "
                         "missing; the flow need not be given"};
constexpr Option kRetries{'\0', "retries", "N",
                          "with --checkpoint, try a task again at most N times (default: 3)"};
constexpr Option kNoCopies{'\0', "no-copies", "",
                           "with --checkpoint, run no copy of a task that takes much longer than "
                           "its peers"};
constexpr Option kTasks{
    '\0', "tasks", "N",
    "with --checkpoint, divide each fragment among at least N tasks, instead of "
    "1 to 4 for each worker by the size of the input"};
constexpr Option kProbe{'\0', "probe", "HOSTS",
                        "run no flow, but measure HOSTS, as in a,user@b:2222,: and print how fast "
                        "their memory, their disks and the connections between them are"};
constexpr Option kDetach{'\0', "detach", "",
                         "run the flow in the background, also after logging out; print the ID of "
                         "the run, which the options below take"};
// What options that take IDs have where they stand alone: the IDs are operands then.
constexpr const char* kNoId = " ";
constexpr Option kStatus{'\0',
                         "status",
                         "ID",
                         "run no flow, but show the detached runs with these IDs, or a table of "
                         "all",
                         Complete::kNothing,
                         "",
                         kNoId};
constexpr Option kAttach{'\0',
                         "attach",
                         "ID",
                         "run no flow, but follow the detached run with this ID, and print its "
                         "output when it has ended",
                         Complete::kNothing,
                         "",
                         kNoId};
constexpr Option kWait{'\0',
                       "wait",
                       "ID",
                       "run no flow, but wait until the detached runs with these IDs have ended",
                       Complete::kNothing,
                       "",
                       kNoId};
constexpr Option kCancel{'\0',
                         "cancel",
                         "ID",
                         "run no flow, but end the detached runs with these IDs",
                         Complete::kNothing,
                         "",
                         kNoId};
constexpr Option kForget{
    '\0',
    "forget",
    "ID",
    "run no flow, but remove what is kept of the detached runs with these IDs, "
    "which have ended",
    Complete::kNothing,
    "",
    kNoId};
constexpr Option kSubmitted{'\0', "submitted", "ID",
                            "carry out the detached run with this ID; pflow starts this in the job "
                            "that it has submitted to Slurm"};
constexpr Option kAgent{'\0', "agent", "",
                        "run workers for a pflow on another host, which starts this by ssh or srun "
                        "and is connected to standard input and output"};

int64_t parse_count(const std::string& text, const char* of, int64_t least, int64_t most) {
  auto count = parse_int64(text);
  if (!count || *count < least || *count > most) {
    throw Error::usage(fmt::format("'{}' is not a number of {}, {} to {}", text, of, least, most));
  }
  return *count;
}

std::string parse_directory(const std::string& text) {
  if (text.empty()) throw Error::usage("the name of the directory is empty");
  return text;
}

// A directory, or that files are written only where they are worth it.
void take_checkpoint(FlowOptions& options, const std::string& text) {
  if (text == "auto") {
    options.is_checkpoint_auto = true;
    return;
  }
  if (!options.checkpoint.empty()) {
    throw Error::usage(fmt::format("the directory is {} already", options.checkpoint));
  }
  options.checkpoint = parse_directory(text);
}

void add_checkpoint_options(Command& command, FlowOptions& options) {
  command.add(kCheckpoint, [&](const std::string& v) { take_checkpoint(options, v); });
  command.add(kResume, [&](const std::string& v) { options.resumed = parse_directory(v); });
  command.add(kRetries, [&](const std::string& v) {
    options.retries = parse_count(v, "retries", 0, kMostRetries);
  });
  command.add(kNoCopies, options.has_no_copies);
  command.add(kTasks, [&](const std::string& v) {
    options.tasks = parse_count(v, "tasks", 1, kMaxWorkers);
  });
}

void add_host_file(std::vector<Host>& hosts, const std::string& path) {
  add_hosts_of_file(hosts, read_beginning(path, kMaxHostFileBytes + 1), path);
}

void add_host_options(Command& command, FlowOptions& options) {
  RunOptions& run = options.run;
  command.add(kHosts, [&](const std::string& v) { add_hosts(run.hosts, v); });
  command.add(kHostFile, [&](const std::string& v) { add_host_file(run.hosts, v); });
  command.add(kSsh, [&](const std::string& v) {
    run.link.shell = ssh_shell(parse_ssh_command(v));
    options.has_ssh = true;
  });
  command.add(kSlurm,
              [&](const std::string& v) { run.slurm = SlurmRequest{parse_slurm_options(v)}; });
  command.add(kRemotePflow, [&](const std::string& v) { run.link.remote_pflow = v; });
  command.add(kDeploy, run.deploys);
  command.add(kSend, [&](const std::string& v) { add_sent_file(run.sent, v); });
  command.add(kTransfer, run.transfers);
}

void add_run_options(Command& command, FlowOptions& options) {
  command.add(kDetach, options.detaches);
  auto add = [&](const Option& option, bool& is_given) {
    command.add(option, [&](const std::string& id) {
      is_given = true;
      if (id != kNoId) options.run_ids.push_back(id);
    });
  };
  add(kStatus, options.runs.status);
  add(kAttach, options.runs.attach);
  add(kWait, options.runs.wait);
  add(kCancel, options.runs.cancel);
  add(kForget, options.runs.forget);
  command.add(kSubmitted, [&](const std::string& v) { options.submitted = v; });
}

}  // namespace

std::optional<RunCommand> FlowOptions::run_command() const {
  struct Asked {
    bool is_given;
    const Option& option;
    std::optional<RunCommand> command;
  };
  const Asked all[] = {{runs.status, kStatus, RunCommand::kStatus},
                       {runs.attach, kAttach, RunCommand::kAttach},
                       {runs.wait, kWait, RunCommand::kWait},
                       {runs.cancel, kCancel, RunCommand::kCancel},
                       {runs.forget, kForget, RunCommand::kForget},
                       {detaches, kDetach, {}},
                       {form.has_value(), kExplain, {}},
                       {!probed.empty(), kProbe, {}},
                       {!undeployed.empty(), kUndeploy, {}}};
  const Asked* first = nullptr;
  for (const Asked& each : all) {
    if (!each.is_given) continue;
    if (first != nullptr) {
      throw Error::usage(
          fmt::format("--{} and --{} do not go together", first->option.name, each.option.name));
    }
    first = &each;
  }
  return first == nullptr ? std::nullopt : first->command;
}

bool FlowOptions::is_to_be_submitted() const {
  return detaches && run.slurm && submitted.empty() && !slurm_job(environment_variable);
}

void add_flow_options(Command& command, FlowOptions& options) {
  RunOptions& run = options.run;
  run.plan.workers = std::min<int64_t>(usable_cores(), kMaxWorkers);
  run.fills_slots = true;
  command.group(OptionGroup::kOperation);
  command.add(kWorkers, [&](const std::string& v) {
    run.plan.workers = parse_count(v, "workers", 1, kMaxWorkers);
    run.fills_slots = false;
  });
  command.add(kFile, [&](const std::string& v) { options.file = v; });
  add_host_options(command, options);
  command.add(kUnordered, run.plan.unordered);
  command.add(with_help(option::kMemory,
                        "how much each process that spills holds at most, about, as in 512M, "
                        "unless its own -S says otherwise"),
              [&run](const std::string& v) {
                parse_memory(v);
                setenv(kMemoryVariable, v.c_str(), 1);
                run.link.environment.push_back(fmt::format("{}={}", kMemoryVariable, v));
              });
  command.add(with_help(option::kSet,
                        "the value of :NAME in the expressions of all stages, as with each tool's "
                        "own --set, which counts where a stage has it"),
              [&run](const std::string& v) { run.plan.parameters.add(parse_parameter(v)); });
  command.add(kExplain, [&](const std::string& v) { options.form = parse_explain_form(v); });
  command.add(kReport, [&](const std::string& v) { run.report = v; });
  command.add(option::kNoSync, options.no_sync);
  command.add(kLog, [&](const std::string& v) { run.log = v; });
  add_checkpoint_options(command, options);
  add_run_options(command, options);
  command.add(kUndeploy, [&](const std::string& v) { add_hosts(options.undeployed, v); });
  command.add(kProbe, [&](const std::string& v) { add_hosts(options.probed, v); });
  command.add(kAgent, options.is_agent);
}

void take_checkpoint_options(FlowOptions& options) {
  RunOptions& run = options.run;
  const bool resumes = !options.resumed.empty();
  if (options.is_checkpoint_auto && resumes) {
    throw Error::usage("--resume goes on as the run began, so --checkpoint=auto has no meaning");
  }
  if (options.is_checkpoint_auto && options.checkpoint.empty()) {
    throw Error::usage(
        "--checkpoint=auto needs a directory besides, as in --checkpoint=auto --checkpoint=DIR; "
        "one of the name auto is ./auto");
  }
  if (options.checkpoint.empty() && !resumes) {
    if (options.retries) throw Error::usage("--retries is for --checkpoint");
    if (options.tasks) throw Error::usage("--tasks is for --checkpoint");
    if (options.has_no_copies) throw Error::usage("--no-copies is for --checkpoint");
    return;
  }
  if (!options.checkpoint.empty() && resumes) {
    throw Error::usage(
        "--checkpoint begins a run and --resume goes on with one; they do not go together");
  }
  if (resumes && options.tasks) {
    throw Error::usage("--tasks is for the beginning of a run, and not for --resume");
  }
  CheckpointOptions& checkpoint = run.checkpoint.emplace();
  checkpoint.directory = resumes ? options.resumed : options.checkpoint;
  checkpoint.resumes = resumes;
  checkpoint.is_auto = options.is_checkpoint_auto;
  checkpoint.retries = options.retries.value_or(kDefaultRetries);
  checkpoint.copies = !options.has_no_copies;
  checkpoint.tasks = options.tasks;
}

void check_host_options(const FlowOptions& options) {
  const RunOptions& run = options.run;
  if (run.slurm && (!run.hosts.empty() || options.has_ssh)) {
    throw Error::usage(
        "--slurm has hosts of its own, and reaches them by srun, so --hosts, "
        "--hostfile and --ssh have no meaning beside it");
  }
  if (run.slurm && (!options.probed.empty() || !options.undeployed.empty())) {
    throw Error::usage("--slurm is for a flow");
  }
  if (!run.deploys) return;
  if (run.hosts.empty() && !run.slurm) throw Error::usage("--deploy is for --hosts and --slurm");
  if (run.link.remote_pflow != LinkOptions().remote_pflow) {
    throw Error::usage("--deploy runs its own copies, so --remote-pflow has no meaning");
  }
}

}  // namespace penstock
