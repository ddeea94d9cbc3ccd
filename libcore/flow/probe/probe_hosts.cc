#include "libcore/flow/probe/probe_hosts.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/flow/agent/both_ends.h"
#include "libcore/flow/launch/processes.h"
#include "libcore/net/curve.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

// What agents are given to leave.
constexpr std::chrono::milliseconds kProbeLeavePause{2000};

// Thrown within this file when a signal asks us to end.
struct SignalCame {};

class Prober {
 public:
  Prober(const std::vector<Host>& hosts, const LinkOptions& options)
      : processes_([this](int number) { probe_.signal = number; }) {
    for (const Host& host : hosts) {
      probe_.hosts.push_back({host.label(), 0, 0, {}});
      auto agent = std::make_unique<Agent>();
      LinkListener listener;
      listener.on_ready = [](const AgentReady&) {};
      listener.on_message = [to = agent.get()](FromAgent& message) {
        to->answers.push_back(std::move(message));
      };
      listener.on_lost = [this](const Error& error) {
        if (!lost_) lost_ = error;
      };
      agent->link = std::make_unique<AgentLink>(processes_, host, options, std::move(listener));
      agents_.push_back(std::move(agent));
    }
  }

  ~Prober() {
    for (const auto& agent : agents_)
      agent->link->end();
    const FlowTime until = std::chrono::steady_clock::now() + kProbeLeavePause;
    auto are_over = [this] {
      return std::all_of(agents_.begin(), agents_.end(),
                         [](const auto& agent) { return agent->link->is_over(); });
    };
    while (!are_over() && processes_.loop().run_one(until)) {
    }
  }
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  Probe run() {
    try {
      wait([this] {
        return std::all_of(agents_.begin(), agents_.end(),
                           [](const auto& agent) { return agent->link->ready().has_value(); });
      });
      measure_hosts();
      measure_links();
    } catch (const SignalCame&) {
    }
    return std::move(probe_);
  }

 private:
  struct Agent {
    std::unique_ptr<AgentLink> link;
    std::deque<FromAgent> answers;
  };

  void wait(const std::function<bool()>& is_met) {
    while (!is_met()) {
      if (lost_) throw *lost_;
      if (probe_.signal != 0) throw SignalCame();
      processes_.loop().run_one(std::nullopt);
    }
  }

  template <typename Answer>
  Answer await(size_t host) {
    std::deque<FromAgent>& answers = agents_[host]->answers;
    wait([&] { return !answers.empty(); });
    auto* got = std::get_if<Answer>(&answers.front());
    if (got == nullptr) {
      throw Error(probe_.hosts[host].name + ": the agent answers what it was not asked");
    }
    Answer answer = std::move(*got);
    answers.pop_front();
    return answer;
  }

  void send(size_t host, const ToAgent& message) { agents_[host]->link->send(message); }

  void measure_hosts() {
    for (size_t host = 0; host < agents_.size(); ++host)
      send(host, MeasureHost{});
    for (size_t host = 0; host < agents_.size(); ++host) {
      const AgentReady& ready = *agents_[host]->link->ready();
      ProbedHost& probed = probe_.hosts[host];
      probed.cores = ready.cores;
      probed.memory_bytes = ready.memory_bytes;
      probed.measures = await<HostMeasured>(host).measures;
    }
  }

  void measure_links() {
    if (agents_.size() < 2) return;
    const KeyPair keys = make_key_pair();
    for (std::vector<std::pair<size_t, size_t>>& round : probe_rounds(agents_.size())) {
      // This host connects: at which of its addresses others would reach it, they do not know.
      for (auto& [from, to] : round) {
        if (agents_[to]->link->host().is_here) std::swap(from, to);
      }
      measure_round(round, keys);
    }
    std::sort(probe_.links.begin(), probe_.links.end(),
              [](const ProbedLink& a, const ProbedLink& b) {
                return std::pair(a.from, a.to) < std::pair(b.from, b.to);
              });
  }

  void measure_round(const std::vector<std::pair<size_t, size_t>>& round, const KeyPair& keys) {
    std::vector<std::string> addresses;
    for (const auto& [from, to] : round) {
      addresses.push_back(
          both_ends(agents_[to]->link->ready()->connection, probe_.hosts[to].name).server);
      send(to, AnswerLink{addresses.back(), keys});
    }
    std::vector<ProbedLink> links;
    for (size_t i = 0; i < round.size(); ++i) {
      const auto& [from, to] = round[i];
      links.push_back({from, to, {}});
      const PortsOpened opened = await<PortsOpened>(to);
      if (opened.ports.empty()) {
        links.back().measures.refusal = "cannot listen at " + addresses[i];
      } else {
        send(from, MeasureLink{tcp_endpoint(addresses[i], opened.ports[0]), keys});
      }
    }
    for (ProbedLink& link : links) {
      if (link.measures.refusal.empty()) link.measures = await<LinkMeasured>(link.from).measures;
      probe_.links.push_back(std::move(link));
    }
  }

  Probe probe_;
  std::optional<Error> lost_;
  Processes processes_;
  std::vector<std::unique_ptr<Agent>> agents_;
};

}  // namespace

std::vector<std::vector<std::pair<size_t, size_t>>> probe_rounds(size_t hosts) {
  std::vector<std::vector<std::pair<size_t, size_t>>> rounds;
  if (hosts < 2) return rounds;
  // With an odd number, one host rests in each round.
  const size_t seats = hosts + hosts % 2;
  // The last seat stays, and the others move on by one in each round.
  for (size_t round = 0; round + 1 < seats; ++round) {
    std::vector<std::pair<size_t, size_t>>& pairs = rounds.emplace_back();
    auto seated = [&](size_t seat) {
      return seat + 1 == seats ? seat : (seat + round) % (seats - 1);
    };
    for (size_t seat = 0; seat < seats / 2; ++seat) {
      size_t a = seat == 0 ? seated(seats - 1) : seated(seat);
      size_t b = seat == 0 ? seated(0) : seated(seats - 1 - seat);
      if (a > b) std::swap(a, b);
      if (b < hosts) pairs.emplace_back(a, b);
    }
  }
  return rounds;
}

Probe probe_hosts(const std::vector<Host>& hosts, const LinkOptions& options) {
  return Prober(hosts, options).run();
}

}  // namespace penstock
