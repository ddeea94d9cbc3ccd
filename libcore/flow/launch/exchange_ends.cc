#include "libcore/flow/launch/exchange_ends.h"

#include "libcore/base/check.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

std::vector<KeyPair> make_key_pairs(size_t count) {
  std::vector<KeyPair> pairs;
  for (size_t i = 0; i < count; ++i)
    pairs.push_back(make_key_pair());
  return pairs;
}

}  // namespace

void ExchangeEnds::begin(std::vector<std::vector<int>> ports) {
  ports_ = std::move(ports);
  used_.assign(hosts_.size(), 0);
  made_.clear();
}

ExchangeEnds::Made& ExchangeEnds::made(const PlanFragment& fragment, int64_t number,
                                       size_t senders) {
  Made& made = made_[number];
  if (made.listeners.empty()) {
    for (size_t host : fragment.hosts)
      made.listeners.push_back(used_[host]++);
    made.receivers = make_key_pairs(fragment.hosts.size());
    made.senders = make_key_pairs(senders);
  }
  PENSTOCK_CHECK(made.senders.size() == senders);
  return made;
}

ExchangeEnds::End ExchangeEnds::receiver(const PlanFragment& fragment, int64_t number,
                                         int64_t worker, const PlanFragment& from) {
  const Made& here = made(fragment, number, from.hosts.size());
  auto index = static_cast<size_t>(worker - 1);
  ExchangeKeys keys;
  keys.own = here.receivers[index];
  for (const KeyPair& sender : here.senders)
    keys.peers.push_back(sender.public_key);
  return {to_text(keys), here.listeners[index]};
}

ExchangeEnds::End ExchangeEnds::sender(const PlanFragment& fragment, int64_t number, int64_t worker,
                                       const PlanFragment& from) {
  const Made& here = made(fragment, number, from.hosts.size());
  auto index = static_cast<size_t>(worker - 1);
  ExchangeKeys keys;
  keys.own = here.senders[index];
  for (size_t i = 0; i < here.receivers.size(); ++i) {
    auto receiver = static_cast<int64_t>(i) + 1;
    keys.receivers[endpoint(fragment, number, receiver, from.hosts[index])] =
        here.receivers[i].public_key;
  }
  return {to_text(keys), -1};
}

std::string ExchangeEnds::endpoint(const PlanFragment& fragment, int64_t number, int64_t worker,
                                   size_t seen_from) {
  auto index = static_cast<size_t>(worker - 1);
  size_t host = fragment.hosts[index];
  int64_t listener = made_.at(number).listeners[index];
  const std::string& address = hosts_[host].address_from[seen_from];
  int port = ports_[host][static_cast<size_t>(listener)];
  return tcp_endpoint(address, port);
}

}  // namespace penstock
