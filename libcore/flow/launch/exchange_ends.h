// The ends of a step's exchanges: where each receiver listens, and with which keys both ends know
// each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/plan/plan.h"
#include "libcore/net/keys.h"

namespace penstock {

// A host of a run, as the processes of the run find it.
struct RunHost {
  std::string folder;  // of the run on this host
  // By the number of the host that connects: the address at which it reaches this one.
  std::vector<std::string> address_from;
  // Files that were sent there: by their paths here (launch/sent_names.h) those there.
  std::map<std::string, std::string> sent = {};
};

// The receivers between hosts. Not thread-safe.
class ExchangeEnds {
 public:
  // `hosts` by their numbers in the plan; outlive this.
  explicit ExchangeEnds(const std::vector<RunHost>& hosts) : hosts_(hosts) {}

  // Begins a step whose hosts listen at these ports, by the hosts' numbers: one for each receiver
  // that JobMaker::count_listeners() found.
  void begin(std::vector<std::vector<int>> ports);

  // The end of a receiver, or of a sender: its keys file, and for a receiver which of its host's
  // listening sockets is its own.
  struct End {
    std::string keys;
    int64_t listener = -1;
  };
  // Of fragment `number`'s worker (from 1), for the senders in fragment `from`.
  End receiver(const PlanFragment& fragment, int64_t number, int64_t worker,
               const PlanFragment& from);
  End sender(const PlanFragment& fragment, int64_t number, int64_t worker,
             const PlanFragment& from);

  // Returns where a worker of the fragment receives, as processes on the host `seen_from` reach it.
  std::string endpoint(const PlanFragment& fragment, int64_t number, int64_t worker,
                       size_t seen_from);

 private:
  // What was made for the edge that a fragment begins with.
  struct Made {
    std::vector<KeyPair> senders;
    std::vector<KeyPair> receivers;
    std::vector<int64_t> listeners;  // of each receiver, among those of its host
  };

  Made& made(const PlanFragment& fragment, int64_t number, size_t senders);

  const std::vector<RunHost>& hosts_;
  std::vector<std::vector<int>> ports_;
  std::vector<int64_t> used_;  // ports of each host
  std::map<int64_t, Made> made_;
};

}  // namespace penstock
