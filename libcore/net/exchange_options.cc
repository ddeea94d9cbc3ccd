#include "libcore/net/exchange_options.h"

#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/command/option.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

// No system allows more open files.
constexpr int64_t kMostDescriptor = int64_t{1} << 30;

int64_t parse_count(const std::string& text, int64_t most) {
  auto count = parse_int64(text);
  if (!count || *count < 1 || *count > most) {
    throw Error::usage("'" + text + "' is not a number from 1 to " + std::to_string(most));
  }
  return *count;
}

PartitionOptions parse_grid(const std::string& text) {
  size_t cross = text.find('x');
  auto rows = parse_int64(text.substr(0, cross));
  auto columns = cross == std::string::npos ? std::nullopt : parse_int64(text.substr(cross + 1));
  if (!rows || !columns || *rows < 1 || *columns < 1 || *rows > kMaxPeers || *columns > kMaxPeers) {
    throw Error::usage("'" + text + "' is not RxC, as in 2x3");
  }
  PartitionOptions options;
  options.kind = PartitionKind::kGrid;
  options.grid_rows = *rows;
  options.grid_columns = *columns;
  options.partitions = *rows * *columns;
  return options;
}

void add_routes(Command& command, ExchangeOptions& options) {
  command.add(Option{'\0', "hash", "", "send rows with equal keys to the same receiver"},
              options.hash);
  command.add(Option{'\0', "range", "",
                     "send one range of the keys to each receiver; the bounds come from samples of "
                     "all senders"},
              options.range);
  command.add(Option{'\0', "round-robin", "", "send rows to the receivers in turn"},
              options.round_robin);
  command.add(Option{'\0', "broadcast", "", "send every row to every receiver"}, options.broadcast);
  command.add(Option{'\0', "single", "", "send all rows to the first receiver"}, options.single);
  command.add(Option{'\0', "grid", "RxC",
                     "arrange the receivers in a grid of R rows and C columns, and send each row "
                     "of the input to all receivers of one grid row"},
              [&](const std::string& v) { options.grid = parse_grid(v); });
  command.add(
      Option{'\0', "spread", "FILE",
             "with --hash, for a join: send the rows of keys that hold a large share to all "
             "receivers in turn, and their partners (--second-input) to each; the receivers of the "
             "first input write these keys to FILE, and the senders of the second wait for it",
             Complete::kFile},
      [&](const std::string& v) { options.spread = v; });
  command.add(Option{'\0', "second-input", "",
                     "this is the second input of a join: with --grid, send each row to all "
                     "receivers of one grid column, so that it meets every row of the first input"},
              options.second_input);
  command.add(with_help(option::kSortKey,
                        "the keys of --hash, --range and --merge: "
                        "NAME[:asc|:desc][:nulls-first|:nulls-last],..."),
              [&](const std::string& v) { options.keys = parse_sort_keys(v); });
}

void add_ends(Command& command, ExchangeOptions& options) {
  command.add(Option{'\0', "send", "ENDPOINTS",
                     "send the rows of the input to the receivers at ENDPOINT,ENDPOINT,...; an "
                     "endpoint is ipc:///PATH or tcp://HOST:PORT"},
              [&](const std::string& v) { options.receivers = parse_endpoints(v); });
  command.add(
      Option{'\0', "receive", "ENDPOINT", "listen at ENDPOINT and write the rows that arrive"},
      [&](const std::string& v) {
        options.endpoint = parse_endpoint(v);
        options.receives = true;
      });
  command.add(Option{'\0', "senders", "M", "how many senders a receiver waits for"},
              [&](const std::string& v) { options.senders = parse_count(v, kMaxPeers); });
  command.add(
      Option{'\0', "merge", "",
             "merge the rows of the senders, each sorted by the keys, in the order of the keys"},
      options.merge);
  command.add(Option{'\0', "in-turn", "",
                     "write all rows of sender 1, then those of sender 2, and so on; all send at "
                     "the same time, and rows that come too early are held"},
              options.in_turn);
  command.add(Option{'\0', "worker", "I",
                     "the number of this sender, from 1 to M; by default receivers number senders "
                     "as they connect"},
              [&](const std::string& v) { options.worker = parse_count(v, kMaxPeers); });
  command.add(
      Option{'\0', "name", "NAME",
             "the name of the exchange, which must be the same at all ends; others are refused"},
      [&](const std::string& v) {
        if (std::ssize(v) > kMaxNameBytes) {
          throw Error::usage("more than " + std::to_string(kMaxNameBytes) + " bytes");
        }
        options.name = v;
      });
  command.add(
      Option{'\0', "timeout", "SECONDS",
             "how long to wait for the other ends, and for the file of --spread; by default 30"},
      [&](const std::string& v) { options.timeout_seconds = parse_count(v, kMostTimeoutSeconds); });
}

Compress parse_compress(const std::string& text) {
  constexpr std::pair<std::string_view, Compress> kWays[] = {{"auto", Compress::kAuto},
                                                             {"none", Compress::kNone},
                                                             {"lz4", Compress::kLz4},
                                                             {"zstd", Compress::kZstd}};
  for (const auto& [name, way] : kWays) {
    if (text == name) return way;
  }
  throw Error::usage("'" + text + "' is not auto, none, lz4 or zstd");
}

void add_transport(Command& command, ExchangeOptions& options) {
  command.add(Option{'\0', "compress", "WAY",
                     "how to compress what is sent: none, lz4, zstd, or auto (the default), with "
                     "which rows to other hosts are compressed where the link is slower than that",
                     Complete::kWords, "auto none lz4 zstd"},
              [&](const std::string& v) { options.compress = parse_compress(v); });
  command.add(
      Option{'\0', "keys", "FILE",
             "encrypt what tcp endpoints send with the keys in FILE, and admit only peers with the "
             "same keys; needed for all addresses but those of the loopback interface",
             Complete::kFile},
      [&](const std::string& v) { options.keys_file = v; });
  command.add(
      Option{'\0', "make-keys", "",
             "write a new file of keys, which only its owner may read, and do nothing else"},
      options.makes_keys);
  command.add(
      Option{'\0', "listen-fd", "N",
             "receive at the inherited descriptor N, which listens at the tcp endpoint already"},
      [&](const std::string& v) {
        options.listen_fd = parse_int64(v);
        if (!options.listen_fd || *options.listen_fd < 0 || *options.listen_fd > kMostDescriptor) {
          throw Error::usage("'" + v + "' is not the number of a descriptor");
        }
      });
}

bool is_tcp_end(const ExchangeOptions& options) {
  return options.receives && !is_on_this_host(options.endpoint);
}

void require_fitting_security(const ExchangeOptions& options) {
  const bool is_end = options.receives || !options.receivers.empty();
  if (options.makes_keys && (is_end || route_of(options) || !options.keys_file.empty())) {
    throw Error::usage("--make-keys does nothing else; use it alone or with -o");
  }
  if (!options.keys_file.empty() && !is_end) {
    throw Error::usage("--keys is for --send and --receive");
  }
  if (options.listen_fd && !is_tcp_end(options)) {
    throw Error::usage("--listen-fd is for --receive at a tcp endpoint");
  }
  if (!options.keys_file.empty()) return;
  if (options.receives) require_loopback(options.endpoint);
  for (const std::string& endpoint : options.receivers)
    require_loopback(endpoint);
}

}  // namespace

void add_exchange_options(Command& command, ExchangeOptions& options) {
  add_routes(command, options);
  add_ends(command, options);
  add_transport(command, options);
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

void require_one_end(const ExchangeOptions& options) {
  if (!options.receivers.empty() && !route_of(options)) {
    throw Error::usage(
        "how to partition is missing; use --hash, --range, --round-robin, --broadcast, --single or "
        "--grid");
  }
  if (!options.receivers.empty() && options.receives) {
    throw Error::usage("--send and --receive are two ends; name one");
  }
  if (options.receives && !options.senders) throw Error::usage("--receive needs --senders");
  if (!options.receives && options.senders) throw Error::usage("--senders is for --receive");
  if (options.merge && options.keys.empty()) throw Error::usage("--merge needs keys; use -k");
  if (options.merge && !options.receivers.empty()) {
    throw Error::usage("--merge is for --receive");
  }
  if (options.compress != Compress::kAuto && options.receivers.empty()) {
    throw Error::usage("--compress is for --send");
  }
  if (options.in_turn && !options.receivers.empty()) {
    throw Error::usage("--in-turn is for --receive");
  }
  if (options.in_turn && options.merge) {
    throw Error::usage("--in-turn and --merge exclude each other");
  }
  if (options.worker != 0 && options.receivers.empty()) {
    throw Error::usage("--worker is for --send");
  }
  require_fitting_security(options);
}

}  // namespace penstock
