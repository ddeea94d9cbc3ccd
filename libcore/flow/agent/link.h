// The manager's side of a host: the process (ssh, srun) and the agent at its other end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/agent/codec.h"
#include "libcore/flow/agent/connection.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/launch/processes.h"

namespace penstock {

struct LinkOptions {
  RemoteShellPtr shell = ssh_shell();         // of hosts that are not this one
  std::string remote_pflow = "pflow";         // as the host's shell takes it
  std::string run;                            // the name of the run
  std::vector<std::string> environment = {};  // NAME=VALUE, of all workers
  // Until the agent has sent AgentReady. A shell waits for a host that does not answer much longer.
  std::chrono::milliseconds handshake{25'000};
  ConnectionTimes times = {};
};

// Returns the process that starts the agent of a host: the shell's, or for this host our own
// program.
ProcessSpec agent_command(const Host& host, const LinkOptions& options);

// What is called when something comes from the agent. Messages are those after AgentReady, without
// Beat and AgentFailed.
struct LinkListener {
  std::function<void(const AgentReady&)> on_ready;
  std::function<void(FromAgent&)> on_message;
  // The last call: the host is lost, and why, beginning with its label. The link must not be
  // destroyed in this call.
  std::function<void(const Error&)> on_lost;
};

// Not thread-safe.
class AgentLink {
 public:
  // Starts the process, and does not wait for it. Everything that follows is called by the loop of
  // `processes`, which must outlive this. Throws Error when there cannot be a process; that its
  // program is not found is reported to on_lost.
  AgentLink(Processes& processes, const Host& host, const LinkOptions& options,
            LinkListener listener);
  // Kills the process if it runs. Its agent ends by itself, when its input ends.
  ~AgentLink();
  AgentLink(const AgentLink&) = delete;
  AgentLink& operator=(const AgentLink&) = delete;

  // Has no effect when the host is lost. REQUIRES on_ready, and no end() before.
  void send(const ToAgent& message);

  // Returns how many bytes are kept to be sent; 0 when the host is lost.
  size_t unsent() const { return connection_ ? connection_->unsent() : 0; }

  // Asks the agent to end all and leave. The end of its process is then not a loss.
  void end();

  // Takes the host for lost, for that reason, which stands behind its label. Has no effect when it
  // is lost, or end() was called.
  void give_up(const std::string& why) { lose(why); }
  bool is_lost() const { return is_lost_; }

  // Returns whether the process has ended.
  bool is_over() const { return pid_ < 0; }
  // What the agent said of itself; nothing before on_ready.
  const std::optional<AgentReady>& ready() const { return ready_; }
  const Host& host() const { return host_; }

 private:
  void take(std::string_view bytes);
  bool skip_banner(std::string_view& bytes);
  void take_message(FromAgent& message);
  void greet(const AgentReady& ready);
  void close(ConnectionEnd end);
  void end_process(EndedProcess& ended);
  void judge(bool at_once);
  std::string why_over() const;
  void lose(const std::string& why);
  void signal_process(int number) const;

  Processes& processes_;
  Host host_;
  LinkOptions options_;
  LinkListener listener_;
  pid_t pid_ = -1;
  // Us, for the listener of the process, which may outlive us.
  std::shared_ptr<AgentLink*> self_;
  std::optional<AgentConnection> connection_;
  std::string banner_;  // what came before the greeting
  bool is_greeted_ = false;
  bool is_ending_ = false;
  bool is_lost_ = false;
  MessageSplitter splitter_;
  std::optional<AgentReady> ready_;
  std::optional<EndedProcess> ended_;
  // Until the agent is ready, and then until an end is complete.
  std::unique_ptr<EventLoop::Timer> patience_;
};

}  // namespace penstock
