#include "libcore/flow/piped_statement.h"

#include <fmt/format.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "libcore/flow/agent/hosts_step.h"
#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/plan/input_size.h"
#include "libcore/flow/supervisor.h"
#include "libcore/flow/watch/progress.h"
#include "libcore/os/open_files.h"

namespace penstock {
namespace {

int64_t count_processes(const PipelineStep& step) {
  std::vector<const PlanFragment*> fragments;
  for (const PlanPipeline* pipeline : step)
    append_fragments(*pipeline, fragments);
  int64_t count = 0;
  for (const PlanFragment* fragment : fragments)
    count += fragment->workers * (std::ssize(fragment->stages) + 1);
  return count;
}

void send_files(const Launch& launch, const RunFolder& folder, RunHosts* hosts) {
  for (const RunFile& file : launch.files) {
    const std::set<size_t> each(file.hosts.begin(), file.hosts.end());
    for (size_t host : each) {
      if (host == kThisHost) {
        folder.write(file.name, file.bytes);
      } else {
        hosts->send(host, PutFile{file.name, file.bytes});
      }
    }
  }
}

class PipedRun {
 public:
  explicit PipedRun(const PipedStatement& piped) : piped_(piped) {}

  FlowOutcome run() {
    for (size_t host = 1; piped_.hosts && host < piped_.hosts->size(); ++host)
      piped_.hosts->send(host, BeginStatement{});
    FlowOutcome outcome;
    for (const PipelineStep& step : piped_.maker.steps(piped_.pipeline)) {
      bool last = step[0] == &piped_.pipeline;
      for (const PlanPipeline* pipeline : step) {
        if (last) break;
        piped_.maker.share(*pipeline, std::ssize(shared_));
        shared_.push_back(piped_.folder.make_nameless());
      }
      outcome = run_step(step, last && piped_.to_us);
      if (outcome.status != 0 || outcome.output_closed) break;
    }
    return outcome;
  }

 private:
  // `to_us`: the step writes where our own output goes.
  FlowOutcome run_step(const PipelineStep& step, bool to_us) {
    allow_open_files(count_processes(step) * kFilesOfProcess, "files for processes",
                     "use fewer workers (-n)");
    std::vector<Descriptor> listeners;
    std::vector<std::vector<int>> ports;
    if (piped_.hosts &&
        !piped_.hosts->open_ports(piped_.maker.count_listeners(step), listeners, ports)) {
      return stopped_by(piped_.hosts->signal());
    }
    Launch launch = piped_.maker.make(step, std::move(ports));
    send_files(launch, piped_.folder, piped_.hosts);
    StepOfHosts divided;
    divided.jobs = divide_jobs(launch.jobs, launch.channels, launch.secrets,
                               piped_.hosts ? piped_.hosts->size() : 1);
    const HostJobs& jobs_here = divided.jobs[kThisHost];
    OpenChannels channels(jobs_here.channels, {STDIN_FILENO, piped_.out, piped_.folder.descriptor(),
                                               shared_, std::move(listeners), jobs_here.secrets});
    LocalStep here(piped_.launcher, jobs_here.jobs, std::move(channels),
                   fmt::format("{}/counts-{}-{}", piped_.folder.path(), piped_.statement, ++steps_),
                   piped_.inputs.environment_in(piped_.folder.path()));
    if (!piped_.hosts) return watch_step(launch, here, to_us);
    for (const RunHost& host : piped_.hosts->for_jobs(piped_.folder.path()))
      divided.environment.push_back(piped_.inputs.environment_in(host.folder));
    HostsStep everywhere(*piped_.hosts, divided, here);
    return watch_step(launch, everywhere, to_us);
  }

  FlowOutcome watch_step(const Launch& launch, StepLauncher& running, bool to_us) {
    SupervisorOptions supervisor = piped_.supervisor;
    supervisor.divided = launch.divided;
    auto moved = [&] {
      std::vector<MovedRows> each;
      for (size_t task = 0; task < launch.jobs.size(); ++task)
        each.push_back(running.moved(task));
      return each;
    };
    const auto inputs = input_bytes(piped_.fragments);
    auto progress = [&] { return progress_of(launch.jobs, moved(), inputs); };
    auto output_began = [&] { return to_us && may_have_written(launch.jobs, moved()); };
    if (piped_.shows_progress) {
      supervisor.on_tick = [&] { piped_.events.send(StepMoved{progress(), output_began()}); };
    }
    piped_.events.send(StepBegan{});
    FlowOutcome outcome = supervise(launch.jobs, running, supervisor);
    if (outcome.status != 0) return outcome;
    if (piped_.events.is_watched()) piped_.events.send(StepEnded{progress(), output_began()});
    if (piped_.on_refused) piped_.on_refused(refused_by(moved()));
    return outcome;
  }

  const PipedStatement& piped_;
  int64_t steps_ = 0;
  std::vector<Descriptor> shared_;
};

}  // namespace

FlowOutcome run_piped(const PipedStatement& piped) {
  return PipedRun(piped).run();
}

}  // namespace penstock
