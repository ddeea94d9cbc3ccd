// The channels of jobs that run on this host, as descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/flow/tasks/job.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {

// What channels stand for that are there before the jobs. The descriptors must outlive the
// processes' starts.
struct ChannelSources {
  int input = 0;
  int output = 1;
  int folder = -1;
  // By Channel::number.
  std::span<const Descriptor> shared = {};
  // OpenChannels takes them over and closes them: as long as a copy of ours is open, senders reach
  // a socket whose receiver is gone.
  std::vector<Descriptor> listeners = {};
  std::span<const std::string> secrets = {};
};

// Not thread-safe.
class OpenChannels {
 public:
  // Makes the pipes. Throws Error when a descriptor cannot be made. REQUIRES that `sources` has
  // what the channels name.
  OpenChannels(std::span<const Channel> channels, ChannelSources sources);

  // Returns what to start for a job of these channels; valid until close().
  ProcessSpec spec_of(const Job& job) const;

  // Closes our copies: from then on a pipe ends when the processes that write to it have ended, and
  // nobody reaches a receiver that has ended.
  void close();

 private:
  // The descriptors of a channel. A pipe has two different ones.
  struct Ends {
    int reader = -1;
    int writer = -1;
    bool is_for_chunks = false;  // the launcher makes it, for each attempt
  };

  Ends open(const Channel& channel, const ChannelSources& sources);

  std::vector<Ends> ends_;
  std::vector<Descriptor> ours_;
};

// How many descriptors of ours a process takes: two ends of a pipe, its standard error, and some to
// spare.
inline constexpr int64_t kFilesOfProcess = 5;

// The first number for InheritedChannel::as. Below lie the standard streams and what shells hand
// over: bash counts process substitutions down from 63.
inline constexpr int kFirstInherited = 64;

// Returns the first number from `from` on that children of this process do not inherit already
// from those who started it.
int free_number(int from);

}  // namespace penstock
