#include "libcore/flow/checkpoint/given_output.h"

#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/supervisor.h"

namespace penstock {

FlowOutcome give_output(const InputFile& output, int to, LocalLauncher& launcher,
                        const RunFolder& run, SupervisorOptions options) {
  run.write("given", encode_input_files({output}));
  Job job;
  job.commands = {{"pexchange", "--read=" + run.path() + "/given", "--as-is"}};
  job.is_tool = true;
  job.out = 1;
  const std::vector<Channel> channels = {{}, {Channel::Kind::kFlowOutput}};
  ChannelSources sources;
  sources.output = to;
  const std::vector<std::optional<Job>> jobs = {job};
  const std::string counts = run.path() + "/given-counts";
  LocalStep step(launcher, jobs, OpenChannels(channels, std::move(sources)), counts, {});
  // It is not one of the flow's processes.
  options.events = nullptr;
  options.on_tick = {};
  FlowOutcome outcome = supervise({job}, step, options);
  unlink(counts.c_str());  // the next statement makes it
  return outcome;
}

}  // namespace penstock
