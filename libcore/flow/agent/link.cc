#include "libcore/flow/agent/link.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/utf8.h"
#include "libcore/command/answers.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/stage_process.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// Of two signs of an end, the process and its output, the second follows the first so soon, unless
// something else holds the output open.
constexpr milliseconds kEndPause{2000};

Pipe make_socket_pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error::system("a connection", "create", errno);
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace

ProcessSpec agent_command(const Host& host, const LinkOptions& options) {
  if (!host.is_here) {
    return options.shell->process(host, "exec " + options.remote_pflow + " --agent",
                                  CutOff::kSeenByEnds);
  }
  ProcessSpec spec;
  spec.program = tool_path("pflow");
  spec.words = {"pflow", "--agent"};
  use_own_loader(spec);
  return spec;
}

AgentLink::AgentLink(Processes& processes, const Host& host, const LinkOptions& options,
                     LinkListener listener)
    : processes_(processes),
      host_(host),
      options_(options),
      listener_(std::move(listener)),
      self_(std::make_shared<AgentLink*>(this)) {
  // What is written to a socket whose other end is gone is an error for us, and not SIGPIPE.
  Pipe to = make_socket_pair();
  Pipe from = make_pipe();
  ProcessSpec spec = agent_command(host_, options_);
  spec.in = to.reader.get();
  spec.out = from.writer.get();
  ProcessListener ends;
  ends.on_ended = [self = self_](EndedProcess& ended) {
    if (*self != nullptr) (*self)->end_process(ended);
  };
  StartedProcess started = processes_.start(spec, std::move(ends));
  EventLoop& loop = processes_.loop();
  if (started.error != 0) {
    auto fail = [this, program = spec.words[0], error = started.error] {
      lose(fmt::format("{} cannot be run: {}", program, strerror(error)));
    };
    patience_ = loop.at(now(), fail);
    return;
  }
  pid_ = started.pid;
  ConnectionListener bytes;
  bytes.on_bytes = [this](std::string_view got) { take(got); };
  bytes.on_end = [this](ConnectionEnd end) { close(end); };
  // Until there is an agent, its handshake's limit counts: logging in may take a while.
  ConnectionTimes times = options_.times;
  times.first_silence = std::max(times.first_silence, options_.handshake + times.beat);
  connection_.emplace(loop, std::move(from.reader), std::move(to.writer), std::move(bytes), times);
  patience_ = loop.at(now() + options_.handshake, [this] {
    lose(fmt::format("did not answer within {} s", options_.handshake.count() / 1000));
  });
}

AgentLink::~AgentLink() {
  *self_ = nullptr;
  connection_.reset();
  signal_process(SIGTERM);
}

void AgentLink::signal_process(int number) const {
  if (pid_ > 0) kill(-pid_, number);
}

void AgentLink::send(const ToAgent& message) {
  PENSTOCK_CHECK(ready_ && !is_ending_);
  if (connection_) connection_->send(encode(message));
}

void AgentLink::end() {
  if (is_ending_ || is_lost_) return;
  is_ending_ = true;
  patience_.reset();
  if (!connection_) return;
  if (ready_) connection_->send(encode(ToAgent(EndRun{})));
  connection_->close_output();
}

// ---- What comes from the agent ----

void AgentLink::take(std::string_view bytes) {
  if (is_lost_) return;
  try {
    if (!is_greeted_ && !skip_banner(bytes)) return;
    splitter_.add(bytes);
    while (auto bytes_of_message = splitter_.next()) {
      FromAgent message = decode_from_agent(*bytes_of_message);
      take_message(message);
      if (is_lost_) return;
    }
  } catch (const Error& error) {
    lose("its agent sent " + error.message());
  }
}

// Leaves of `bytes` what stands behind the greeting. Returns false when it is not there yet.
bool AgentLink::skip_banner(std::string_view& bytes) {
  size_t before = banner_.size();
  banner_ += bytes;
  size_t from = before - std::min(before, kAgentGreeting.size() - 1);
  size_t at = banner_.find(kAgentGreeting, from);
  // The last bytes may be the greeting's first.
  const size_t maybe = std::min(banner_.size(), kAgentGreeting.size() - 1);
  const size_t printed = at != banner_.npos ? at : banner_.size() - maybe;
  if (printed > static_cast<size_t>(kMaxBannerBytes)) {
    lose(
        fmt::format("printed more than {} bytes before an agent's greeting; a shell that is not "
                    "interactive must print nothing",
                    kMaxBannerBytes));
    return false;
  }
  if (at == banner_.npos) return false;
  bytes.remove_prefix(at + kAgentGreeting.size() - before);
  is_greeted_ = true;
  banner_.clear();
  return true;
}

void AgentLink::take_message(FromAgent& message) {
  if (std::holds_alternative<Beat>(message)) return;
  if (const auto* failed = std::get_if<AgentFailed>(&message)) {
    lose("its agent cannot go on: " + failed->message);
  } else if (const auto* ready = std::get_if<AgentReady>(&message)) {
    greet(*ready);
  } else if (!ready_) {
    lose("its agent sent a message before it was ready");
  } else if (!is_ending_) {
    listener_.on_message(message);
  }
}

void AgentLink::greet(const AgentReady& ready) {
  if (ready_) return lose("its agent was ready twice");
  if (ready.version != penstock_version()) {
    return lose(fmt::format("has Penstock {}, and this host {}; all hosts need the same version",
                            printable(ready.version), penstock_version()));
  }
  if (ready.architecture != own_architecture()) {
    return lose(
        fmt::format("is a machine of the architecture {}, and this host is {}; all hosts "
                    "need the same",
                    printable(ready.architecture), own_architecture()));
  }
  ready_ = ready;
  if (is_ending_) return;
  patience_.reset();
  std::error_code gone;
  std::string folder = std::filesystem::current_path(gone).string();
  send(BeginRun{std::string(penstock_version()), options_.run, folder, options_.environment});
  listener_.on_ready(*ready_);
}

// ---- The end ----

void AgentLink::close(ConnectionEnd end) {
  connection_.reset();
  if (end == ConnectionEnd::kSilent) {
    return lose(
        fmt::format("nothing was heard of it for {} s", options_.times.silence.count() / 1000));
  }
  judge(false);
}

void AgentLink::end_process(EndedProcess& ended) {
  pid_ = -1;
  ended_ = std::move(ended);
  judge(false);
}

// A process may end before what it wrote was read, and close its output before it ends.
void AgentLink::judge(bool at_once) {
  if (is_lost_ || is_ending_) return;
  if (ended_ && !connection_) at_once = true;
  if (!at_once) {
    patience_ = processes_.loop().at(now() + kEndPause, [this] { judge(true); });
    return;
  }
  lose(why_over());
}

std::string AgentLink::why_over() const {
  if (!ended_) return "its agent closed the connection";
  const int status = ended_->wait_status;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  const std::string before = is_greeted_ ? "" : " before its greeting";
  if (host_.is_here) return fmt::format("its agent {}{}", how_ended(status), before);
  if (!is_greeted_ && (code == 126 || code == 127)) {
    return fmt::format("'{}' is not a program that can be run there", options_.remote_pflow);
  }
  std::optional<std::string> own_end = options_.shell->own_end(status, is_greeted_, ended_->said);
  if (own_end) return *own_end;
  return fmt::format("its agent {}{}", options_.shell->command_end(status), before);
}

void AgentLink::lose(const std::string& why) {
  if (is_lost_ || is_ending_) return;
  is_lost_ = true;
  patience_.reset();
  signal_process(SIGTERM);
  listener_.on_lost(with_words(fmt::format("{}: {}", host_.label(), why),
                               ended_ ? ended_->said : "", options_.shell->says_most()));
}

}  // namespace penstock
