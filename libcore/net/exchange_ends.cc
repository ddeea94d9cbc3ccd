// What the options of pexchange mean together, and what they refuse.
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/exchange_options.h"

namespace penstock {
namespace {

constexpr std::pair<ExchangeEnd, const char*> kEndNames[] = {{ExchangeEnd::kSend, "--send"},
                                                             {ExchangeEnd::kReceive, "--receive"},
                                                             {ExchangeEnd::kWrite, "--write"},
                                                             {ExchangeEnd::kRead, "--read"},
                                                             {ExchangeEnd::kServe, "--serve"}};

bool is_end(const ExchangeOptions& options, ExchangeEnd end) {
  switch (end) {
    case ExchangeEnd::kSend:
      return !options.receivers.empty();
    case ExchangeEnd::kReceive:
      return options.receives;
    case ExchangeEnd::kWrite:
      return !options.folder.empty();
    case ExchangeEnd::kRead:
      return !options.file_list.empty();
    case ExchangeEnd::kServe:
      return !options.served_folder.empty();
    case ExchangeEnd::kNone:
      break;
  }
  return false;
}

bool is_tcp_end(const ExchangeOptions& options, ExchangeEnd end) {
  const bool listens = end == ExchangeEnd::kReceive || end == ExchangeEnd::kServe;
  return listens && !is_on_this_host(options.endpoint);
}

void require_fitting_security(const ExchangeOptions& options) {
  const ExchangeEnd end = end_of(options);
  const bool is_socket = end != ExchangeEnd::kNone && end != ExchangeEnd::kWrite;
  if (options.makes_keys &&
      (end != ExchangeEnd::kNone || route_of(options) || !options.keys_file.empty())) {
    throw Error::usage("--make-keys does nothing else; use it alone or with -o");
  }
  if (!options.keys_file.empty() && !is_socket) {
    throw Error::usage("--keys is for --send, --receive, --serve and --read");
  }
  if (options.keys_file == "-" && options.file_list == "-") {
    throw Error::usage("--keys and --read are both standard input");
  }
  if (options.listen_fd && !is_tcp_end(options, end)) {
    throw Error::usage("--listen-fd is for --receive and --serve at a tcp endpoint");
  }
  if (!options.keys_file.empty()) return;
  if (is_tcp_end(options, end)) require_loopback(options.endpoint);
  for (const std::string& endpoint : options.receivers)
    require_loopback(endpoint);
}

void require_fitting_files(const ExchangeOptions& options, ExchangeEnd end) {
  const bool writes = end == ExchangeEnd::kWrite;
  if (options.partitions && !writes) throw Error::usage("--partitions is for --write");
  if (options.turn && !writes) throw Error::usage("--turn is for --write");
  const bool is_file_end = writes || end == ExchangeEnd::kRead || end == ExchangeEnd::kServe;
  if (is_file_end && !options.spread.empty()) {
    throw Error::usage("--spread is for --send and --receive");
  }
  if (options.as_is && end != ExchangeEnd::kRead) throw Error::usage("--as-is is for --read");
  if (options.as_is && options.merge) {
    throw Error::usage("--as-is and --merge exclude each other");
  }
  const bool serves = end == ExchangeEnd::kServe;
  if (serves && !options.has_endpoint) throw Error::usage("--serve needs --endpoint");
  if (!serves && options.has_endpoint) throw Error::usage("--endpoint is for --serve");
  if (!writes) return;
  if (!options.partitions && !options.grid && !options.single) {
    throw Error::usage("--write needs --partitions");
  }
  if (options.grid &&
      options.partitions.value_or(options.grid->partitions) != options.grid->partitions) {
    throw Error::usage("--partitions must be the number of places of the grid, " +
                       std::to_string(options.grid->partitions));
  }
}

// What an end of one kind alone takes.
void require_options_of_end(const ExchangeOptions& options, ExchangeEnd end) {
  const bool sends = end == ExchangeEnd::kSend;
  const bool receives = end == ExchangeEnd::kReceive;
  const bool has_end = end != ExchangeEnd::kNone;
  if (receives && !options.senders) throw Error::usage("--receive needs --senders");
  if (!receives && options.senders) throw Error::usage("--senders is for --receive");
  if (options.merge && options.keys.empty()) throw Error::usage("--merge needs keys; use -k");
  const bool merges = !has_end || receives || end == ExchangeEnd::kRead;
  if (options.merge && !merges) {
    throw Error::usage("--merge is for --receive and --read");
  }
  if (options.compress != Compress::kAuto && !sends) throw Error::usage("--compress is for --send");
  if (options.in_turn && has_end && !receives) throw Error::usage("--in-turn is for --receive");
  if (options.in_turn && options.merge) {
    throw Error::usage("--in-turn and --merge exclude each other");
  }
  if (options.worker != 0 && !sends) throw Error::usage("--worker is for --send");
}

}  // namespace

ExchangeEnd end_of(const ExchangeOptions& options) {
  for (const auto& [end, name] : kEndNames) {
    if (is_end(options, end)) return end;
  }
  return ExchangeEnd::kNone;
}

std::optional<PartitionKind> first_route(const ExchangeOptions& options) {
  if (options.hash) return PartitionKind::kHash;
  if (options.range) return PartitionKind::kRange;
  if (options.round_robin) return PartitionKind::kRoundRobin;
  if (options.grid) return PartitionKind::kGrid;
  if (options.broadcast) return PartitionKind::kBroadcast;
  if (options.single) return PartitionKind::kSingle;
  return std::nullopt;
}

std::optional<PartitionOptions> route_of(const ExchangeOptions& options) {
  constexpr std::pair<bool ExchangeOptions::*, PartitionKind> kFlags[] = {
      {&ExchangeOptions::hash, PartitionKind::kHash},
      {&ExchangeOptions::range, PartitionKind::kRange},
      {&ExchangeOptions::round_robin, PartitionKind::kRoundRobin},
      {&ExchangeOptions::broadcast, PartitionKind::kBroadcast},
      {&ExchangeOptions::single, PartitionKind::kSingle}};
  std::optional<PartitionOptions> route = options.grid;
  int given = route ? 1 : 0;
  for (const auto& [flag, kind] : kFlags) {
    if (!(options.*flag)) continue;
    route.emplace().kind = kind;
    ++given;
  }
  if (route) route->is_second_input = options.second_input;
  if (options.second_input && !options.grid && options.spread.empty()) {
    throw Error::usage("--second-input is for --grid and --spread");
  }
  if (given > 1) throw Error::usage("rows can be partitioned in one way only; name one");
  bool spreads = !options.spread.empty();
  if (spreads && !options.hash && !options.receives) throw Error::usage("--spread is for --hash");
  if (!route) return route;
  route->spreads_heavy = spreads;
  if (route->kind == PartitionKind::kHash || route->kind == PartitionKind::kRange) {
    route->keys = options.keys;
  }
  bool needs_keys = route->kind == PartitionKind::kHash || route->kind == PartitionKind::kRange;
  if (needs_keys && options.keys.empty()) {
    const char* name = route->kind == PartitionKind::kHash ? "--hash" : "--range";
    throw Error::usage(std::string(name) + " needs keys; use -k");
  }
  return route;
}

PartitionOptions file_route_of(const ExchangeOptions& options) {
  PartitionOptions how = *route_of(options);
  if (options.partitions) how.partitions = *options.partitions;
  how.start = options.turn.value_or(0);
  return how;
}

void require_one_end(const ExchangeOptions& options) {
  const ExchangeEnd end = end_of(options);
  for (const auto& [other, name] : kEndNames) {
    if (other == end || !is_end(options, other)) continue;
    for (const auto& [first, first_name] : kEndNames) {
      if (first != end) continue;
      throw Error::usage(std::string(first_name) + " and " + name + " are two ends; name one");
    }
  }
  const bool divides = end == ExchangeEnd::kSend || end == ExchangeEnd::kWrite;
  if (divides && !route_of(options)) {
    throw Error::usage(
        "how to partition is missing; use --hash, --range, --round-robin, --broadcast, --single or "
        "--grid");
  }
  require_options_of_end(options, end);
  require_fitting_files(options, end);
  require_fitting_security(options);
}

}  // namespace penstock
