// The hosts of a run and their agents, as long as the run lasts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/agent/link.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/launch/exchange_ends.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/os/planned_files.h"

namespace penstock {

// Hosts are numbered as in a plan: 0 is this host, the others follow in the order of the list. A
// signal that asks us to end while an answer is waited for makes each function return false, and
// all later ones; signal() says which it was. Not thread-safe.
class RunHosts {
 public:
  // What hosts say while steps run. `message` is one of TaskEvent's, MovedCounts, Swept,
  // OutputFinished or OutputChecked.
  struct Listener {
    std::function<void(size_t host, FromAgent& message)> on_message;
    std::function<void(size_t host, const std::string& why)> on_lost;
  };

  // Starts the agents of all hosts side by side; `launcher` outlives this. Throws Error when there
  // cannot be a process.
  RunHosts(LocalLauncher& launcher, const std::vector<Host>& hosts, const LinkOptions& options);
  // Ends the agents, which end what still runs, and waits for that, for at most 2 s.
  ~RunHosts();
  RunHosts(const RunHosts&) = delete;
  RunHosts& operator=(const RunHosts&) = delete;

  // Waits until all agents are ready. Throws Error for the first host that is lost. Later functions
  // do so for the hosts that they ask.
  bool wait_until_ready();
  int signal() const { return signal_; }
  // Returns whether a host is lost, which this one never is, and why.
  bool is_lost(size_t host) const { return host != kThisHost && others_[host - 1].lost; }
  const std::string& why_lost(size_t host) const { return others_[host - 1].lost->message(); }

  // Starts the agent of a host that is lost once more. Returns whether it was ready within
  // `patience`; a signal makes this return false, too. REQUIRES wait_until_ready(), as everything
  // below.
  bool reach_again(size_t host, std::chrono::milliseconds patience);

  // Returns the hosts with their slots: as many as the host has cores unless the list says how
  // many. This host has none unless the list has it.
  const std::vector<PlanHost>& for_plans() const { return for_plans_; }
  // Returns the folders of the run, that of this host being `folder`, and the hosts' addresses.
  std::vector<RunHost> for_jobs(const std::string& folder) const;

  // Sets how files are on a host, in the order of the paths, which are absolute.
  bool look_at_files(size_t host, const std::vector<std::string>& paths,
                     std::vector<SeenFile>& files);
  // Sets which files an operand of a host means, as messages.h says.
  bool find_files(size_t host, const std::string& path, FilesFound& found);
  // Asks each host in `asked` at the same time, and sets what they find; `asked` names none twice.
  bool survey_files(const std::vector<std::pair<size_t, SurveyFiles>>& asked,
                    std::vector<FilesSurveyed>& found);
  // Has the hosts listen, each at `counts` of its number; for this host the sockets are put into
  // `listeners`. Sets the ports.
  bool open_ports(const std::vector<int64_t>& counts, std::vector<Descriptor>& listeners,
                  std::vector<std::vector<int>>& ports);

  // Has a host take the directory of a run with checkpoints; `asked.address` is set here.
  bool take_folder(size_t host, TakeFolder asked, FolderTaken& taken);
  // Sets the lists of outputs that a host has there.
  bool find_outputs(size_t host, const FindOutputs& asked, OutputsFound& found);

  size_t size() const { return others_.size() + 1; }
  // Returns the other hosts as they were listed: the first is number 1.
  std::vector<Host> others() const;
  const std::string& name(size_t host) const { return for_plans_[host].name; }
  // Sends a message to another host; has no effect when it is lost.
  void send(size_t host, const ToAgent& message);
  // Takes another host for lost, for that reason, and so reports it to the listener. Has no effect
  // when it is lost.
  void give_up(size_t host, const std::string& why);
  // Waits until no host has more than so many bytes yet to be sent; one that is lost has none.
  bool drain(size_t most);
  // Returns the folder of the run on another host.
  const std::string& folder(size_t host) const { return others_[host - 1].link->ready()->folder; }
  // The address at which sockets of this host listen for the others.
  std::string listening_address_here() const;
  // The listener of a step, or of those that run side by side; null behind it.
  void listen(const Listener* listener) { listener_ = listener; }
  LocalLauncher& launcher() { return launcher_; }

  // Runs the loop until `is_met`, at most until `deadline`. Returns false when a signal came, or
  // the time is over.
  bool wait(const std::function<bool()>& is_met, std::optional<FlowTime> deadline = {});

 private:
  struct Other {
    Host host;
    std::unique_ptr<AgentLink> link;
    std::deque<FromAgent> answers = {};  // to what we asked between steps, not yet taken
    int64_t asked = 0;                   // questions
    int64_t taken = 0;                   // answers, of those that came in their order
    std::optional<Error> lost = {};      // why
  };

  void connect(size_t number, const LinkOptions& options);
  void take(size_t number, FromAgent& message);
  void lose(size_t number, const Error& error);
  // Sends a host what it answers. Returns the number of the question.
  int64_t ask(size_t host, const ToAgent& question);
  // Waits for the answer of a host to a question, which must be an `Answer`. Those to earlier
  // questions that nobody took are dropped.
  template <typename Answer>
  bool await(size_t host, int64_t question, Answer& answer);
  // Throws Error unless the agent has looked at all files.
  void require_as_many(size_t host, size_t seen, size_t asked) const;

  LocalLauncher& launcher_;
  LinkOptions options_;
  std::vector<Other> others_;  // host i is others_[i - 1]
  std::optional<int64_t> slots_here_;
  std::vector<PlanHost> for_plans_;
  std::vector<std::string> addresses_;  // of each host; of this one the first by which it is seen
  std::vector<std::string> addresses_here_;  // as each host sees this one
  const Listener* listener_ = nullptr;
  int signal_ = 0;
};

}  // namespace penstock
