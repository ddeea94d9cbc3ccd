#include "libcore/flow/agent/agent.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/command/answers.h"
#include "libcore/flow/agent/codec.h"
#include "libcore/flow/agent/connection.h"
#include "libcore/flow/agent/keeper.h"
#include "libcore/flow/agent/listening.h"
#include "libcore/flow/agent/own_files.h"
#include "libcore/flow/agent/running_steps.h"
#include "libcore/flow/agent/surveyed_files.h"
#include "libcore/flow/agent/taken_folder.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/probe/measures.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/stage_process.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/zmq_library.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/os/physical_memory.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// How often counts are looked at, to be sent when they have changed.
constexpr milliseconds kCountsPause{200};
// Files that steps share. More would be a flow beyond its own limits.
constexpr int64_t kMostShared = kMaxFlowStages;
// How long last words may take to be sent.
constexpr milliseconds kLastWords{1000};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The address of the manager, of an agent that srun has started; else empty.
std::string manager_of_srun() {
  return environment("SLURM_LAUNCH_NODE_IPADDR");
}

// The addresses of the connection to the manager, as SSH_CONNECTION has them. A task of srun may
// have that variable of another connection.
std::string connection_addresses() {
  const std::string manager = manager_of_srun();
  if (manager.empty()) return environment("SSH_CONNECTION");
  return fmt::format("{} 0 {} 0", manager, own_address_towards(manager));
}

AgentReady about_host(const RunFolder& folder) {
  utsname about{};
  uname(&about);
  AgentReady ready;
  ready.version = penstock_version();
  ready.architecture = about.machine;  // NOLINT
  ready.node = about.nodename;         // NOLINT
  ready.folder = folder.path();
  ready.cores = usable_cores();
  ready.memory_bytes = physical_memory();
  ready.clock_seconds = std::time(nullptr);
  ready.connection = connection_addresses();
  return ready;
}

// Which workers do not inherit.
Descriptor own_copy(int fd) {
  Descriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (copy.get() < 0) throw Error::system("a connection", "open", errno);
  return copy;
}

// For all workers, which find it in their copies of us. One that needs it and cannot load it says
// so.
void load_network() {
  try {
    zmq();
  } catch (const Error&) {
  }
}

bool is_of_host(const Channel& channel, size_t listeners, size_t secrets, bool has_output) {
  switch (channel.kind) {
    case Channel::Kind::kNothing:
    case Channel::Kind::kPipe:
    case Channel::Kind::kRunFolder:
    case Channel::Kind::kChunks:
      return true;
    case Channel::Kind::kFlowInput:
      return false;
    case Channel::Kind::kFlowOutput:
      return has_output;
    case Channel::Kind::kShared:
      return channel.number < kMostShared;
    case Channel::Kind::kListener:
      return static_cast<size_t>(channel.number) < listeners;
    case Channel::Kind::kSecret:
      return static_cast<size_t>(channel.number) < secrets;
  }
  return false;
}

class Agent {
 public:
  Agent(const RunFolder& folder, const ProgramRunner& run_tool, const ConnectionTimes& times)
      : folder_(folder),
        run_tool_(run_tool),
        times_(times),
        start_folder_(std::filesystem::current_path()),
        connection_(launcher_.processes().loop(), own_copy(STDIN_FILENO), own_copy(STDOUT_FILENO),
                    listener(), times),
        running_(folder.path()) {}

  int run() {
    try {
      // srun passes on whole lines.
      if (!manager_of_srun().empty()) connection_.end_lines();
      connection_.send(kAgentGreeting);
      send(about_host(folder_));
      if (run_tool_) load_network();
      while (!status_) {
        if (std::optional<TaskEvent> event = launcher_.take()) {
          std::visit([this](auto& what) { report(what); }, event->what);
        } else {
          launcher_.processes().loop().run_one(std::nullopt);
        }
      }
    } catch (const Error& error) {
      send(AgentFailed{error.message()});
      status_ = 1;
    }
    FlowTime until = now() + kLastWords;
    while (connection_.unsent() > 0 && launcher_.processes().loop().run_one(until)) {
    }
    return *status_;
  }

 private:
  ConnectionListener listener() {
    ConnectionListener listener;
    listener.on_bytes = [this](std::string_view bytes) { take(bytes); };
    listener.on_end = [this](ConnectionEnd end) {
      if (end == ConnectionEnd::kSilent) {
        send(AgentFailed{fmt::format("nothing was heard of the manager for {} s",
                                     times_.silence.count() / 1000)});
      }
      status_ = 1;
    };
    return listener;
  }

  void send(const FromAgent& message) { connection_.send(encode(message)); }

  void take(std::string_view bytes) {
    splitter_.add(bytes);
    while (auto message = splitter_.next()) {
      std::visit([this](auto&& what) { obey(what); }, decode_to_agent(*message));
      if (status_) return;
    }
  }

  // ---- What the manager says ----

  void obey(const BeginRun& begin) {
    if (begin.version != penstock_version()) {
      throw Error(
          fmt::format("is version {}, and the manager {}", penstock_version(), begin.version));
    }
    for (const std::string& variable : begin.environment) {
      size_t equals = variable.find('=');
      if (equals == variable.npos || equals == 0) throw Error("a variable without a name");
      setenv(variable.substr(0, equals).c_str(), variable.c_str() + equals + 1, 1);
    }
    std::error_code elsewhere;
    std::filesystem::current_path(begin.folder, elsewhere);
  }

  void obey(const LookAtFiles& asked) {
    FilesSeen seen;
    for (const std::string& path : asked.paths)
      seen.files.push_back(look_at_own_file((start_folder_ / path).string()));
    send(seen);
  }

  void obey(const FindFiles& asked) { send(find_own_files(start_folder_, asked.path)); }
  void obey(const SurveyFiles& asked) { send(survey_own_files(asked)); }

  void obey(const OpenPorts& asked) {
    PortsOpened opened;
    for (int64_t i = 0; i < asked.count; ++i) {
      ListeningSocket made = listen_at(asked.address);
      listeners_.push_back(std::move(made.socket));
      opened.ports.push_back(made.port);
    }
    send(opened);
  }

  void obey(const PutFile& file) { folder_.write(file.name, file.contents); }
  void obey(const PutPiece& piece) { put_own_piece(folder_.path(), piece); }

  void obey(const PutSecret& secret) { secrets_.push_back(secret.contents); }

  void obey(const BeginStep& begin) {
    for (const Channel& channel : begin.channels)
      check(channel, !begin.output.empty());
    ChannelSources sources;
    sources.folder = folder_.descriptor();
    sources.shared = shared_;
    sources.listeners = std::exchange(listeners_, {});
    sources.secrets = secrets_;
    running_.begin(begin, std::move(sources));
    secrets_.clear();
    if (!counts_timer_) counts_later();
  }

  void obey(const StartJob& start) {
    ProcessSpec spec = running_.spec_of(start);
    if (start.job.is_tool) {
      if (run_tool_) {
        spec.run_here = run_tool_;
      } else {
        use_own_loader(spec);
      }
    }
    launcher_.start(start.attempt, spec);
  }

  void obey(const EndStarts& end) { running_.end_starts(end.number); }
  void obey(const EndStep& end) { running_.end(end.number); }
  // What was for a step that never began, because another host was lost, is not for the next one.
  void obey(const BeginStatement&) {
    shared_.clear();
    listeners_.clear();
    secrets_.clear();
  }

  void obey(const TakeFolder& asked) {
    FolderTaken taken;
    try {
      taken_.emplace(launcher_.processes(), asked, run_tool_);
      taken.is_shared = taken_->is_shared();
      taken.port = taken_->port();
    } catch (const Error& error) {
      taken.refusal = error.message();
    }
    send(taken);
  }

  void obey(const BeginOutput& begin) { taken().outputs().begin(begin.output); }
  void obey(const FinishOutput& asked) { send(finish_output(taken().outputs(), asked, beats())); }
  void obey(const CheckOutput& asked) { send(check_output(taken().outputs(), asked, beats())); }
  void obey(const RemoveOutput& removed) { taken().outputs().remove(removed.output); }
  void obey(const KeepOutputs& kept) { taken().keep(kept); }
  void obey(const FindOutputs& asked) { send(find_outputs(taken().outputs(), asked)); }

  // Signs of life while the loop stands still.
  OnPiece beats() {
    return [this, next = now() + times_.beat]() mutable {
      if (now() < next) return;
      send(Beat{});
      next = now() + times_.beat;
    };
  }

  TakenFolder& taken() {
    if (!taken_) throw Error("a message about a directory before one was taken");
    return *taken_;
  }

  void obey(const SignalAttempt& signal) {
    launcher_.signal(signal.attempt, static_cast<int>(signal.number));
  }

  void obey(const SweepLeftBehind&) {
    launcher_.end_left_behind();
    send(Swept{});
  }

  void obey(const MeasureHost&) { send(HostMeasured{measure_host()}); }

  // Nothing else is done here until the probe is over: it takes a few seconds at most.
  void obey(const AnswerLink& asked) {
    ListeningSocket made;
    try {
      made = listen_at(asked.address);
    } catch (const Error&) {
      return send(PortsOpened{});
    }
    send(PortsOpened{{made.port}});
    answer_link(made.socket.release(), tcp_endpoint(asked.address, made.port), asked.keys);
  }

  void obey(const MeasureLink& asked) {
    send(LinkMeasured{measure_link(asked.endpoint, asked.keys)});
  }

  void obey(const EndRun&) { status_ = 0; }
  void obey(const Beat&) {}
  void obey(const GrantChunk& grant) { launcher_.answer(grant.attempt, grant.bytes); }

  // Throws Error when a channel cannot be one of this host. Makes shared files.
  void check(const Channel& channel, bool has_output) {
    if (!is_of_host(channel, listeners_.size(), secrets_.size(), has_output)) {
      throw Error("a channel that is not of this host");
    }
    while (channel.kind == Channel::Kind::kShared && std::ssize(shared_) <= channel.number)
      shared_.push_back(folder_.make_nameless());
  }

  // ---- What happens here ----

  void report(EndingAsked& asked) { status_ = 128 + asked.signal; }
  void report(TaskProgressed&) {}
  void report(HostLost&) {}
  void report(LauncherFailed&) {}
  void report(TimePassed&) {}
  void report(TaskEnded& ended) {
    send_counts();
    send(std::move(ended));
  }
  template <typename What>
  void report(What& what) {
    send(std::move(what));
  }

  void counts_later() {
    counts_timer_ = launcher_.processes().loop().at(now() + kCountsPause, [this] {
      if (connection_.unsent() == 0) send_counts();
      counts_later();
    });
  }

  void send_counts() {
    for (const MovedCounts& changed : running_.changed_counts())
      send(changed);
  }

  const RunFolder& folder_;
  const ProgramRunner& run_tool_;
  const ConnectionTimes times_;
  std::filesystem::path start_folder_;
  LocalLauncher launcher_;
  MessageSplitter splitter_;
  AgentConnection connection_;
  std::vector<Descriptor> listeners_;
  std::vector<std::string> secrets_;
  std::vector<Descriptor> shared_;
  RunningSteps running_;
  std::optional<TakenFolder> taken_;  // of a run with checkpoints
  std::unique_ptr<EventLoop::Timer> counts_timer_;
  std::optional<int> status_;  // once it is over
};

bool is_connection(int fd) {
  struct stat about {};
  return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode));
}

// In a process of its own, with a folder at a path of RunFolder::choose_path().
int serve(const std::string& path, const ProgramRunner& run_tool, const ConnectionTimes& times) {
  // From now on nothing but KILL ends us before the folder is gone.
  HeldSignals held;
  std::optional<RunFolder> folder;
  int status = 1;
  try {
    folder.emplace(path);
    status = Agent(*folder, run_tool, times).run();
  } catch (const std::exception& failed) {
    // Before or after its connection is of use; the manager sees that it closes.
    std::string message = fmt::format("pflow: agent: {}\n", failed.what());
    (void)!write(STDERR_FILENO, message.data(), message.size());
  }
  folder.reset();
  held.forget();
  return status;
}

}  // namespace

int run_agent(const ProgramRunner& run_tool, const ConnectionTimes& times) {
  if (!is_connection(STDIN_FILENO) || !is_connection(STDOUT_FILENO)) {
    throw Error::usage(
        "--agent is what pflow starts on other hosts; its standard input and output are a "
        "connection to a pflow");
  }
  std::signal(SIGPIPE, SIG_IGN);
  const std::string path = RunFolder::choose_path();
  const int status = run_kept([&] { return serve(path, run_tool, times); });
  RunFolder::remove_left(path);
  return status;
}

}  // namespace penstock
