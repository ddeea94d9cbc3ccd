#include "libcore/flow/agent/served_folder.h"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/agent/listening.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/stage_process.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/net/endpoint.h"

namespace penstock {

ServedFolder::ServedFolder(Processes& processes, const std::string& folder,
                           const std::string& address, const std::string& keys,
                           const ProgramRunner& run_tool, std::function<void()> on_end)
    : state_(std::make_shared<State>()) {
  ListeningSocket listening = listen_at(address);
  port_ = listening.port;
  const int socket = free_number(kFirstInherited);
  const int secret = free_number(socket + 1);
  Job job;
  job.commands = {{"pexchange", "--serve", folder, "--endpoint", tcp_endpoint(address, port_),
                   fmt::format("--listen-fd={}", socket),
                   fmt::format("--keys=/dev/fd/{}", secret)}};
  job.is_tool = true;
  job.inherited = {{1, socket}, {2, secret}};
  const std::vector<Channel> channels = {
      {}, {Channel::Kind::kListener, 0}, {Channel::Kind::kSecret, 0}};
  const std::vector<std::string> secrets = {keys};
  ChannelSources sources;
  sources.secrets = secrets;
  sources.listeners.push_back(std::move(listening.socket));
  const OpenChannels open(channels, std::move(sources));
  ProcessSpec spec = open.spec_of(job);
  if (run_tool) {
    spec.run_here = run_tool;
  } else {
    use_own_loader(spec);
  }
  state_->on_end = std::move(on_end);
  auto end = [state = state_] {
    if (state->on_end) state->on_end();
  };
  ProcessListener listener;
  listener.on_ended = [state = state_, end](EndedProcess&) {
    state->pid = -1;
    end();
  };
  listener.on_stopped = end;
  const StartedProcess started = processes.start(spec, std::move(listener));
  if (started.error != 0) {
    throw Error(fmt::format("pexchange cannot be run: {}", std::strerror(started.error)));
  }
  state_->pid = started.pid;
}

ServedFolder::~ServedFolder() {
  state_->on_end = nullptr;
  if (state_->pid > 0) kill(-state_->pid, SIGKILL);
}

}  // namespace penstock
