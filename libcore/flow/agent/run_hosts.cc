#include "libcore/flow/agent/run_hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "libcore/base/check.h"
#include "libcore/flow/agent/both_ends.h"
#include "libcore/flow/agent/listening.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
namespace {

// What the agents are given to end what runs.
constexpr std::chrono::milliseconds kAgentsLeavePause{2000};

void erase_all(std::string& text, const std::string& what) {
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at))
    text.erase(at, what.size());
}

}  // namespace

RunHosts::RunHosts(LocalLauncher& launcher, const std::vector<Host>& hosts,
                   const LinkOptions& options)
    : launcher_(launcher), options_(options) {
  for (const Host& host : hosts) {
    if (host.is_here) {
      slots_here_ = host.slots.value_or(usable_cores());
    } else {
      others_.push_back({host, nullptr});
    }
  }
  for (size_t number = 1; number < size(); ++number)
    connect(number, options);
}

RunHosts::~RunHosts() {
  listener_ = nullptr;
  for (Other& other : others_) {
    if (other.link->ready()) other.link->end();
  }
  auto are_over = [this] {
    return std::all_of(others_.begin(), others_.end(), [](const Other& other) {
      return !other.link->ready() || other.link->is_over() || other.link->is_lost();
    });
  };
  FlowTime until = now() + kAgentsLeavePause;
  while (!are_over() && launcher_.processes().loop().run_one(until)) {
  }
}

void RunHosts::connect(size_t number, const LinkOptions& options) {
  LinkListener listener;
  listener.on_ready = [](const AgentReady&) {};
  listener.on_message = [this, number](FromAgent& message) { take(number, message); };
  listener.on_lost = [this, number](const Error& error) { lose(number, error); };
  Other& other = others_[number - 1];
  other.link =
      std::make_unique<AgentLink>(launcher_.processes(), other.host, options, std::move(listener));
}

void RunHosts::take(size_t number, FromAgent& message) {
  // Of files that were sent there people know the path here.
  if (auto* ended = std::get_if<TaskEnded>(&message)) {
    erase_all(ended->said, sent_path(folder(number), ""));
  }
  bool is_answer =
      std::holds_alternative<FilesSeen>(message) || std::holds_alternative<PortsOpened>(message) ||
      std::holds_alternative<FilesFound>(message) ||
      std::holds_alternative<FilesSurveyed>(message) ||
      std::holds_alternative<FolderTaken>(message) || std::holds_alternative<OutputsFound>(message);
  if (is_answer) {
    others_[number - 1].answers.push_back(std::move(message));
  } else if (listener_ != nullptr) {
    listener_->on_message(number, message);
  }
}

void RunHosts::lose(size_t number, const Error& error) {
  std::optional<Error>& lost = others_[number - 1].lost;
  if (!lost) lost = error;
  if (listener_ != nullptr) listener_->on_lost(number, error.message());
}

bool RunHosts::wait(const std::function<bool()>& is_met, std::optional<FlowTime> deadline) {
  while (!is_met()) {
    // Between steps there is no task, so no other events.
    while (std::optional<TaskEvent> event = launcher_.take()) {
      const auto* asked = std::get_if<EndingAsked>(&event->what);
      if (asked != nullptr && signal_ == 0) signal_ = asked->signal;
    }
    if (signal_ != 0) return false;
    if (!launcher_.processes().loop().run_one(deadline)) return false;
  }
  return true;
}

bool RunHosts::wait_until_ready() {
  auto is_settled = [](const Other& other) { return other.lost || other.link->ready(); };
  auto is_lost = [](const Other& other) { return other.lost.has_value(); };
  bool is_going_on = wait([&] {
    return std::any_of(others_.begin(), others_.end(), is_lost) ||
           std::all_of(others_.begin(), others_.end(), is_settled);
  });
  if (!is_going_on) return false;
  auto lost = std::find_if(others_.begin(), others_.end(), is_lost);
  if (lost != others_.end()) throw *lost->lost;
  for_plans_.push_back({":", slots_here_.value_or(0)});
  addresses_here_.emplace_back();
  addresses_.emplace_back();
  for (const Other& other : others_) {
    const AgentReady& ready = *other.link->ready();
    for_plans_.push_back({other.host.label(), other.host.slots.value_or(ready.cores)});
    BothEnds ends = both_ends(ready.connection, other.host.label());
    addresses_.push_back(std::move(ends.server));
    addresses_here_.push_back(std::move(ends.client));
  }
  return true;
}

bool RunHosts::reach_again(size_t host, std::chrono::milliseconds patience) {
  Other& other = others_[host - 1];
  other.lost.reset();
  other.answers.clear();
  other.asked = 0;
  other.taken = 0;
  LinkOptions options = options_;
  options.handshake = patience;
  connect(host, options);
  return wait([&] { return other.lost || other.link->ready(); }) && !other.lost;
}

// Where the hosts see this one at several addresses, sockets listen at all that it has.
std::string RunHosts::listening_address_here() const {
  bool is_one = std::all_of(addresses_here_.begin() + 1, addresses_here_.end(),
                            [&](const std::string& each) { return each == addresses_here_[1]; });
  if (is_one) return addresses_here_[1];
  bool has_ipv6 = std::any_of(addresses_here_.begin(), addresses_here_.end(),
                              [](const std::string& each) { return each.find(':') != each.npos; });
  return has_ipv6 ? "::" : "0.0.0.0";
}

std::vector<RunHost> RunHosts::for_jobs(const std::string& folder) const {
  std::vector<RunHost> hosts{{folder, addresses_here_}};
  hosts[kThisHost].address_from[kThisHost] = listening_address_here();
  for (size_t host = 1; host < size(); ++host) {
    hosts.push_back({others_[host - 1].link->ready()->folder,
                     std::vector<std::string>(size(), addresses_[host])});
  }
  return hosts;
}

int64_t RunHosts::ask(size_t host, const ToAgent& question) {
  send(host, question);
  return others_[host - 1].asked++;
}

template <typename Answer>
bool RunHosts::await(size_t host, int64_t question, Answer& answer) {
  Other& other = others_[host - 1];
  std::deque<FromAgent>& answers = other.answers;
  const auto is_answered = [&] { return other.taken + std::ssize(answers) > question; };
  if (!wait([&] { return other.lost || is_answered(); })) return false;
  if (other.lost) throw *other.lost;
  // Those to questions whose asker gave up, because another host was lost.
  for (; other.taken < question; ++other.taken)
    answers.pop_front();
  auto* got = std::get_if<Answer>(&answers.front());
  if (got == nullptr) throw Error(name(host) + ": the agent answers what it was not asked");
  answer = std::move(*got);
  answers.pop_front();
  ++other.taken;
  return true;
}

void RunHosts::require_as_many(size_t host, size_t seen, size_t asked) const {
  if (seen == asked) return;
  throw Error(
      fmt::format("{}: the agent looked at {} files, and not at {}", name(host), seen, asked));
}

bool RunHosts::look_at_files(size_t host, const std::vector<std::string>& paths,
                             std::vector<SeenFile>& files) {
  FilesSeen seen;
  if (!await(host, ask(host, LookAtFiles{paths}), seen)) return false;
  require_as_many(host, seen.files.size(), paths.size());
  files = std::move(seen.files);
  return true;
}

bool RunHosts::find_files(size_t host, const std::string& path, FilesFound& found) {
  return await(host, ask(host, FindFiles{path}), found);
}

bool RunHosts::take_folder(size_t host, TakeFolder asked, FolderTaken& taken) {
  asked.address = addresses_[host];
  return await(host, ask(host, asked), taken);
}

bool RunHosts::find_outputs(size_t host, const FindOutputs& asked, OutputsFound& found) {
  if (!await(host, ask(host, asked), found)) return false;
  require_as_many(host, found.lists.size(), asked.outputs.size());
  return true;
}

bool RunHosts::survey_files(const std::vector<std::pair<size_t, SurveyFiles>>& asked,
                            std::vector<FilesSurveyed>& found) {
  std::vector<int64_t> questions;
  for (const auto& [host, files] : asked)
    questions.push_back(ask(host, files));
  found.assign(asked.size(), {});
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto& [host, files] = asked[i];
    if (!await(host, questions[i], found[i])) return false;
    require_as_many(host, found[i].files.size(), files.paths.size());
  }
  return true;
}

std::vector<Host> RunHosts::others() const {
  std::vector<Host> hosts;
  for (const Other& other : others_)
    hosts.push_back(other.host);
  return hosts;
}

bool RunHosts::open_ports(const std::vector<int64_t>& counts, std::vector<Descriptor>& listeners,
                          std::vector<std::vector<int>>& ports) {
  PENSTOCK_CHECK(counts.size() == size());
  ports.assign(size(), {});
  // All hosts are asked before the first answer is waited for.
  std::vector<int64_t> questions(size(), 0);
  for (size_t host = 1; host < size(); ++host) {
    if (counts[host] > 0) questions[host] = ask(host, OpenPorts{addresses_[host], counts[host]});
  }
  listeners.clear();
  for (int64_t i = 0; i < counts[kThisHost]; ++i) {
    ListeningSocket made = listen_at(listening_address_here());
    ports[kThisHost].push_back(static_cast<int>(made.port));
    listeners.push_back(std::move(made.socket));
  }
  for (size_t host = 1; host < size(); ++host) {
    if (counts[host] == 0) continue;
    PortsOpened opened;
    if (!await(host, questions[host], opened)) return false;
    if (std::ssize(opened.ports) != counts[host]) {
      throw Error(name(host) + ": the agent does not listen as often as it was asked to");
    }
    for (int64_t port : opened.ports)
      ports[host].push_back(static_cast<int>(port));
  }
  return true;
}

void RunHosts::give_up(size_t host, const std::string& why) {
  others_[host - 1].link->give_up(why);
}

bool RunHosts::drain(size_t most) {
  auto is_sent = [&](const Other& other) { return other.link->unsent() <= most; };
  return wait([&] { return std::all_of(others_.begin(), others_.end(), is_sent); });
}

void RunHosts::send(size_t host, const ToAgent& message) {
  others_[host - 1].link->send(message);
}

}  // namespace penstock
