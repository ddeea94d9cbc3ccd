// The hosts on which the tasks of a run with checkpoints run: processes, files and the directory of
// the run on each. CHECKPOINTS.md, "Hosts", has the picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/agent/served_folder.h"
#include "libcore/flow/checkpoint/attempt_run.h"
#include "libcore/flow/checkpoint/folder.h"
#include "libcore/flow/checkpoint/step_outputs.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/flow/run_folder.h"

namespace penstock {

// What comes from the hosts while tasks run: an event of an attempt whose number is that of its
// AttemptRun, or the answer about an output.
struct HostAnswer {
  size_t host = 0;
  std::variant<OutputFinished, OutputChecked> what;
};
using HostsEvent = std::variant<TaskEvent, HostAnswer>;

// Hosts are numbered as in a plan. A host that is lost is asked nothing: then functions have no
// effect. Not thread-safe.
class TaskHosts {
 public:
  // `hosts` is null where this host is the only one. All outlive this.
  TaskHosts(LocalLauncher& launcher, RunHosts* hosts, const RunFolder& run,
            const CheckpointFolder& folder);
  ~TaskHosts();
  TaskHosts(const TaskHosts&) = delete;
  TaskHosts& operator=(const TaskHosts&) = delete;

  // Has each other host take the directory. Call it once, before the others. Returns false when a
  // signal asks us to end. Throws Error when a host cannot have the directory.
  bool take_folders();

  size_t size() const { return disks_.size(); }
  // Whether all hosts have the directory on one disk, so that outputs outlive their hosts.
  bool share_one_disk() const;
  // The number of the host on whose disk the outputs of a host lie.
  size_t disk_of(size_t host) const { return disks_[host]; }
  // Where a task on the host reads.
  const ReadingPlace& reading_place(size_t host) const { return places_[host]; }
  // The keys for that (net/keys.h, as text); empty where no other disk is read.
  const std::string& keys() const { return keys_; }

  // Returns the signal that asked us to end.
  int signal() const { return hosts_ == nullptr ? 0 : hosts_->signal(); }
  // Returns the hosts that are lost.
  std::vector<HostLost> lost() const;
  void give_up(size_t host);

  // Makes a file in the folder of the run on a host, and returns its path there.
  std::string put(size_t host, const std::string& name, std::string_view bytes);
  // Makes the folder in which an attempt on a host writes.
  void begin(size_t host, const TaskAttempt& output);
  // It has ended well, and is to become an output; of one of bytes the list is made. OutputFinished
  // follows.
  void finish(size_t host, const TaskAttempt& output, bool is_bytes);
  // OutputChecked follows.
  void check(size_t disk, const TaskAttempt& output);
  void remove(size_t host, const TaskAttempt& output);

  // Returns those of the committed outputs that are there, and removes all others. Returns false
  // when a signal asks us to end.
  struct Found {
    size_t disk = 0;
    const CommittedTask* made = nullptr;
    std::vector<PartitionFile> files;
  };
  bool find(const std::vector<CommittedTask>& committed, std::vector<Found>& found);
  // How the disk of a host is named in the directory.
  std::string name_of_disk(size_t disk) const;
  // Removes the outputs of the run, also those of hosts that were lost and can be reached again,
  // and waits until all have done so.
  void clear();

  // Returns what starts the processes of an attempt, all on one host. Its events come with `number`
  // as the number of their attempts.
  MakeStep step_maker(size_t host);

  // Has the hosts' events come here, from now on or not any more. A statement through pipes has
  // them come to itself.
  void listen();
  void end_listening();
  // Returns the next event, or nothing when none comes until `deadline`. REQUIRES listen().
  std::optional<HostsEvent> next(std::optional<FlowTime> deadline);

 private:
  class RemoteStep;

  void find_places();
  bool is_there(size_t host) const;
  OnPiece beats();
  bool find_on(size_t disk, std::span<const CommittedTask* const> there, std::vector<Found>& found);
  bool has_cleared(size_t host);
  bool take_again(size_t host);
  void take(size_t host, FromAgent& message);
  std::optional<HostsEvent> take();

  LocalLauncher& launcher_;
  RunHosts* hosts_;
  const RunFolder& run_;
  const CheckpointFolder& folder_;
  std::vector<size_t> disks_;         // by host
  std::vector<int64_t> ports_;        // by disk: where its files are served
  std::vector<ReadingPlace> places_;  // by host
  std::string keys_;
  std::optional<ServedFolder> served_;  // of this host
  bool serves_ = true;
  RunHosts::Listener listener_;
  std::map<int64_t, RemoteStep*> steps_;  // by number
  std::deque<HostsEvent> events_;
};

}  // namespace penstock
