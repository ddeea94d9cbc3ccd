#include "libcore/flow/detached/submit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/detached/kept_run.h"
#include "libcore/flow/flow_text.h"
#include "libcore/flow/flow_words.h"
#include "libcore/flow/slurm/client.h"
#include "libcore/os/ending_signals.h"

namespace penstock {
namespace {

// The job begins, perhaps, before the run's folder has its name. What the shell and pflow complain
// of until pflow has opened the folder is kept in it.
std::string job_script(const std::string& folder, const std::string& command) {
  const std::string quoted = shell_quoted(folder);
  return fmt::format(
      "#!/bin/sh\n"
      "i=0; while [ ! -d {0} ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done\n"
      "exec {1} 2>>{0}/{2}\n",
      quoted, command, run_file::kMessages);
}

// Returns the number of the job.
std::string submit_job(const SubmitOptions& options, const RunId& id, const std::string& folder) {
  std::vector<std::string> words = {"sbatch"};
  if (options.tasks) words.push_back(fmt::format("--ntasks={}", *options.tasks));
  words.insert(words.end(), options.slurm.begin(), options.slurm.end());
  // What stands last wins.
  words.insert(words.end(), {"--parsable", "--job-name=" + slurm_job_name(id), "--no-requeue",
                             "--input=/dev/null", "--output=/dev/null", "--error=/dev/null"});
  const std::string printed = ask_slurm(words, job_script(folder, options.command(id)));
  // A number, and perhaps the name of a cluster; warnings may stand before it.
  const std::vector<std::string> lines = lines_of(printed);
  std::string number = lines.empty() ? "" : lines.back().substr(0, lines.back().find(';'));
  if (!parse_int64(number)) throw with_words("Slurm's sbatch submitted no job", printed);
  return number;
}

RunRecord record_of(const SubmitOptions& options, const RunId& id, const std::string& job) {
  std::error_code error;
  std::string directory = std::filesystem::current_path(error).string();
  RunPlace place;
  place.kind = RunPlace::Kind::kSlurmJob;
  place.job = job;
  return {id,        options.penstock, options.flow,       options.workers,
          {"slurm"}, directory,        std::time(nullptr), std::move(place)};
}

// Who reads it after all fails, and does not take it for an empty input.
void close_input() {
  Descriptor closed(open("/dev/null", O_WRONLY | O_CLOEXEC));  // NOLINT
  dup2(closed.get(), STDIN_FILENO);
}

FlowOutcome outcome_of_work(const ManagerWork& work, RunRecorder& recorder) {
  try {
    return work(recorder);
  } catch (const Error& error) {
    return {error.kind() == Error::Kind::kUsage ? kUsageFailure : kOwnFailure, error.message(),
            false, false};
  } catch (const std::bad_alloc&) {
    return {kOwnFailure, "out of memory: the system gives no more", false, false};
  }
}

}  // namespace

void submit_run(const RunsFolder& runs, const SubmitOptions& options,
                const std::function<void(const RunId&)>& announce) {
  if (options.reads == ReadsInput::kYes) {
    throw Error::usage(
        "the flow reads standard input, which a job of Slurm does not have; name a file");
  }
  NewRun run = runs.create();
  std::string job;
  try {
    Descriptor messages(open((run.path + "/" + run_file::kMessages).c_str(),  // NOLINT
                             O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (messages.get() < 0) throw Error::system(run.path, "create", errno);
    job = submit_job(options, run.id, runs.path() + "/" + run.id.text());
    write_run_record(run.path, record_of(options, run.id, job), options.sync);
    runs.publish(run);
    announce(run.id);
  } catch (...) {
    if (!job.empty()) ask_slurm({"scancel", "--quiet", job});
    std::error_code ignored;
    std::filesystem::remove_all(run.path, ignored);
    throw;
  }
}

int run_submitted(const RunsFolder& runs, const std::string& id, const std::string& flow, Sync sync,
                  const ManagerWork& work) {
  const KeptRun run = runs.find(id);
  RunRecord record = run.record();
  if (record.place.kind != RunPlace::Kind::kSlurmJob ||
      environment_variable("SLURM_JOB_ID") != record.place.job) {
    throw Error("run " + id + " is not of this job of Slurm");
  }
  // Signals are held until the end has been written.
  HeldSignals held;
  RunRecorder recorder(run.folder(), std::move(record), sync);
  close_input();
  dup2(recorder.output(), STDOUT_FILENO);
  dup2(recorder.messages(), STDERR_FILENO);
  FlowOutcome outcome;
  if (flow != run.record().flow) {
    outcome = {kOwnFailure, "the file of the flow was changed after it was submitted", false,
               false};
  } else {
    outcome = outcome_of_work(work, recorder);
  }
  const int status = outcome.status;
  recorder.end(std::move(outcome));
  held.forget();
  return status;
}

}  // namespace penstock
