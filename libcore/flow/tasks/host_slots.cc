#include "libcore/flow/tasks/host_slots.h"

#include <algorithm>

#include "libcore/base/check.h"

namespace penstock {

HostSlots::HostSlots(const std::vector<size_t>& slots, size_t most_failures)
    : hosts_(slots.size()), most_failures_(most_failures) {
  for (size_t host = 0; host < slots.size(); ++host) {
    hosts_[host].slots = slots[host];
    if (slots[host] > 0) ++usable_;
    list(host);
  }
}

std::optional<size_t> HostSlots::place(std::optional<size_t> other_than) const {
  for (const auto& [used, host] : free_) {
    if (host != other_than || usable_ == 1) return host;
  }
  return std::nullopt;
}

bool HostSlots::is_free(size_t host) const {
  return is_usable(hosts_[host]) && hosts_[host].used < hosts_[host].slots;
}

bool HostSlots::has_room_for_own(size_t host) const {
  const Host& own = hosts_[host];
  return !own.is_lost && own.used < std::max<size_t>(own.slots, 1);
}

std::vector<size_t> HostSlots::free() const {
  std::vector<size_t> hosts;
  for (const auto& [used, host] : free_)
    hosts.push_back(host);
  return hosts;
}

void HostSlots::take(size_t host) {
  PENSTOCK_CHECK(has_room_for_own(host));
  unlist(host);
  ++hosts_[host].used;
  list(host);
}

void HostSlots::give_back(size_t host) {
  if (hosts_[host].is_lost) return;
  PENSTOCK_CHECK(hosts_[host].used > 0);
  unlist(host);
  --hosts_[host].used;
  list(host);
}

void HostSlots::count_failure(size_t host) {
  Host& failed = hosts_[host];
  if (!is_usable(failed) || ++failed.failures < most_failures_) return;
  unlist(host);
  failed.is_excluded = true;
  ++excluded_;
  if (--usable_ == 0) forgive();
}

void HostSlots::lose(size_t host) {
  Host& lost = hosts_[host];
  if (lost.is_lost) return;
  unlist(host);
  if (lost.is_excluded) --excluded_;
  if (is_usable(lost)) --usable_;
  lost.is_lost = true;
  if (usable_ == 0) forgive();
}

void HostSlots::list(size_t host) {
  if (is_free(host)) free_.insert({hosts_[host].used, host});
}

void HostSlots::unlist(size_t host) {
  free_.erase({hosts_[host].used, host});
}

void HostSlots::forgive() {
  for (size_t host = 0; host < hosts_.size(); ++host) {
    Host& each = hosts_[host];
    if (each.is_lost || !each.is_excluded) continue;
    each.is_excluded = false;
    each.failures = 0;
    ++usable_;
    --excluded_;
    list(host);
  }
}

}  // namespace penstock
