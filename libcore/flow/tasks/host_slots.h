// The hosts of a materialized run: how many attempts each runs, which of them are lost, and which
// get no more tasks because too many have failed there.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace penstock {

// Each call costs O(log hosts), except where it says otherwise.
class HostSlots {
 public:
  // `slots[host]`: how many attempts a host runs at once. One with 0 gets only tasks that can run
  // nowhere else, one at a time. A host on which `most_failures` tasks have failed gets no more.
  HostSlots(const std::vector<size_t>& slots, size_t most_failures);

  // Returns the usable host with a free slot that runs the fewest attempts. It is not `other_than`
  // unless no other host is usable; nothing when there is none, or when the others are busy.
  std::optional<size_t> place(std::optional<size_t> other_than) const;
  // Returns whether the host is usable and has a free slot.
  bool is_free(size_t host) const;
  // Returns whether the host can run one more of the tasks that can run nowhere else: also when it
  // has no slots, or too many tasks have failed there.
  bool has_room_for_own(size_t host) const;
  // Returns the hosts for which is_free() is true. Costs O(hosts).
  std::vector<size_t> free() const;
  bool is_lost(size_t host) const { return hosts_[host].is_lost; }
  // Of the hosts with slots.
  bool has_usable() const { return usable_ > 0; }
  // Returns how many hosts get no more tasks because of their failures.
  size_t excluded() const { return excluded_; }

  void take(size_t host);
  void give_back(size_t host);

  // Counts a failure of a task on the host. When all hosts that are not lost have too many, their
  // failures are forgotten and they are usable again (O(hosts)): a bad host is better than none.
  void count_failure(size_t host);
  // Its slots are never given back after this.
  void lose(size_t host);

 private:
  struct Host {
    size_t slots = 0;
    size_t used = 0;
    size_t failures = 0;
    bool is_lost = false;
    bool is_excluded = false;
  };

  static bool is_usable(const Host& host) {
    return host.slots > 0 && !host.is_lost && !host.is_excluded;
  }
  void list(size_t host);    // in free_, when it belongs there
  void unlist(size_t host);  // before it changes
  void forgive();

  std::vector<Host> hosts_;
  size_t most_failures_;
  size_t usable_ = 0;
  size_t excluded_ = 0;
  std::set<std::pair<size_t, size_t>> free_;  // attempts that it runs, host
};

}  // namespace penstock
