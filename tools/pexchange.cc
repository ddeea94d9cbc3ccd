// pexchange: moves rows between processes that run side by side; alone it passes them through.
#include <csignal>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/heavy_file.h"
#include "libcore/net/receiver.h"
#include "libcore/net/send_rows.h"
#include "libcore/net/sender.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/open_files.h"
#include "libcore/partition/partitioner.h"

namespace {

using namespace penstock;

constexpr CommandText kText{
    "pexchange",
    "[--hash] [--range] [--round-robin] [--broadcast] [--single] [--grid RxC] [-k KEYS] "
    "[--send ENDPOINTS] [--receive ENDPOINT] [--senders M] [--merge] [INPUT]",
    "move rows between processes"};

// A connection takes a socket, one for its news, and what ZeroMQ wakes threads by.
constexpr int64_t kFilesAConnection = 5;

struct Options {
  bool hash = false;
  bool range = false;
  bool round_robin = false;
  bool broadcast = false;
  bool single = false;
  std::optional<PartitionOptions> grid;
  std::string spread;
  bool second_input = false;
  std::vector<SortKey> keys;
  std::vector<std::string> receivers;
  std::string endpoint;
  bool receives = false;
  std::optional<int64_t> senders;
  bool merge = false;
  int64_t worker = 0;
  std::string name;
  int64_t timeout_seconds = 30;
  SpillOptions spill;
};

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

void add_routes(Command& command, Options& options) {
  command.add(Option{'\0', "hash", "", "rows with equal keys to the same receiver"}, options.hash);
  command.add(Option{'\0', "range", "",
                     "to each receiver one range of the keys; the bounds come from samples of all "
                     "senders"},
              options.range);
  command.add(Option{'\0', "round-robin", "", "to each receiver about as many rows"},
              options.round_robin);
  command.add(Option{'\0', "broadcast", "", "every row to every receiver"}, options.broadcast);
  command.add(Option{'\0', "single", "", "all rows to the first receiver"}, options.single);
  command.add(
      Option{'\0', "grid", "RxC",
             "the receivers are a grid of R rows and C columns: each row of the input to all "
             "of one grid row"},
      [&](const std::string& v) { options.grid = parse_grid(v); });
  command.add(
      Option{
          '\0', "spread", "FILE",
          "with --hash, for a join: rows of keys that hold a large share go to all receivers in "
          "turn, their partners (--second-input) to each; the receivers of the first input leave "
          "these keys in FILE, which the senders of the second wait for",
          Complete::kFile},
      [&](const std::string& v) { options.spread = v; });
  command.add(
      Option{'\0', "second-input", "",
             "this is a join's second input: with --grid to all of one grid column, so that every "
             "row of it meets every row of the first somewhere"},
      options.second_input);
  command.add(with_help(option::kKey,
                        "the keys of --hash, --range and --merge: "
                        "NAME[:asc|:desc][:nulls-first|:nulls-last],..."),
              [&](const std::string& v) { options.keys = parse_sort_keys(v); });
}

// Empty when the command line names none.
std::optional<PartitionOptions> route_of(const Options& options) {
  constexpr std::pair<bool Options::*, PartitionKind> kFlags[] = {
      {&Options::hash, PartitionKind::kHash},
      {&Options::range, PartitionKind::kRange},
      {&Options::round_robin, PartitionKind::kRoundRobin},
      {&Options::broadcast, PartitionKind::kBroadcast},
      {&Options::single, PartitionKind::kSingle}};
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

Description describe(const Options& options) {
  Description about;
  about.operation = "exchange";
  about.needs = {{{Placement::Kind::kAny, {}}}};
  about.keeps = {true, false, true};
  if (options.merge) about.order = to_string(options.keys);
  std::vector<std::string> names;
  for (const SortKey& key : options.keys)
    names.push_back(key.name);
  about.columns = names;
  return about;
}

void add_ends(Command& command, Options& options) {
  command.add(Option{'\0', "send", "ENDPOINTS",
                     "send the rows of the input to the receivers at ENDPOINT,ENDPOINT,...; an "
                     "endpoint is ipc:///PATH or tcp://127.0.0.1:PORT"},
              [&](const std::string& v) { options.receivers = parse_endpoints(v); });
  command.add(Option{'\0', "receive", "ENDPOINT", "listen there and write the rows that come"},
              [&](const std::string& v) {
                options.endpoint = parse_endpoint(v);
                options.receives = true;
              });
  command.add(Option{'\0', "senders", "M", "how many senders a receiver waits for"},
              [&](const std::string& v) { options.senders = parse_count(v, kMaxPeers); });
  command.add(Option{'\0', "merge", "",
                     "the rows of each sender come in the order of the keys, and so shall all"},
              options.merge);
  command.add(
      Option{'\0', "worker", "I",
             "the number of this sender, from 1 to M; else receivers number senders as they "
             "come"},
      [&](const std::string& v) { options.worker = parse_count(v, kMaxPeers); });
  command.add(Option{'\0', "name", "NAME",
                     "the name of the exchange, the same at all its ends; others are sent away"},
              [&](const std::string& v) {
                if (std::ssize(v) > kMaxNameBytes) {
                  throw Error::usage("more than " + std::to_string(kMaxNameBytes) + " bytes");
                }
                options.name = v;
              });
  command.add(
      Option{'\0', "timeout", "SECONDS", "how long to wait for the other ends to come; else 30"},
      [&](const std::string& v) { options.timeout_seconds = parse_count(v, kMostTimeoutSeconds); });
}

void require_sense(const Options& options) {
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
  if (options.worker != 0 && options.receivers.empty()) {
    throw Error::usage("--worker is for --send");
  }
}

Milliseconds timeout_of(const Options& options) {
  return std::chrono::seconds(options.timeout_seconds);
}

int receive(Tool& tool, const Options& options) {
  // So that a reader that leaves shows as an error, and the senders can be told.
  std::signal(SIGPIPE, SIG_IGN);
  allow_open_files(kFilesAConnection * *options.senders);
  ReceiveOptions with;
  with.endpoint = options.endpoint;
  with.senders = *options.senders;
  with.name = options.name;
  if (options.merge) with.merge = options.keys;
  with.timeout = timeout_of(options);
  with.spill = options.spill;
  with.note = [&tool](const std::string& text) { tool.note(text); };
  with.choose_splitters = [&tool, &options](const std::vector<std::string>& samples,
                                            const std::string& partitioning, int64_t receivers) {
    std::string splitters = choose_splitters(samples, partitioning, receivers);
    if (options.spread.empty()) return splitters;
    std::string told = leave_heavy_keys(options.spread, splitters);
    if (!told.empty()) tool.note(told);
    return splitters;
  };
  Receiver receiver(std::move(with));
  try {
    tool.write(receiver.rows());
  } catch (const OutputClosed&) {
    receiver.leave();
    throw;
  } catch (const std::exception& error) {
    receiver.abort(error.what());
    throw;
  }
  receiver.finish();
  tool.verbose_note(std::to_string(receiver.spilled_bytes()) + " bytes were spilled");
  return 0;
}

// What the thread that reads the input shares with the one that waits for the end.
struct Sending {
  explicit Sending(SendOptions options) : sender(std::move(options)) {}
  Sender sender;
  std::exception_ptr problem;
};

// The input is read by a thread of its own: when a receiver fails, this one ends the process though
// the input may not give a row for hours.
int send(Tool& tool, const Options& options) {
  allow_open_files(kFilesAConnection * std::ssize(options.receivers));
  SendOptions with;
  with.endpoints = options.receivers;
  with.worker = options.worker;
  with.name = options.name;
  PartitionOptions how = *route_of(options);
  how.partitions = std::ssize(options.receivers);
  how.start = options.worker;
  if (options.grid && how.grid_rows * how.grid_columns != how.partitions) {
    throw Error::usage("a grid has as many places as there are receivers, not " +
                       std::to_string(how.partitions));
  }
  with.partitioning = exchange_text(how);
  with.timeout = timeout_of(options);
  with.memory = options.spill.memory;
  auto sending = std::make_shared<Sending>(std::move(with));
  std::thread([&tool, &options, how, sending] {
    try {
      OperatorPtr input = tool.open_all();
      PartitionOptions exactly = how;
      if (how.spreads_heavy && how.is_second_input)
        exactly.heavy = await_heavy_keys(options.spread);
      int64_t rows = send_rows(*input, exactly, sending->sender, options.spill);
      tool.verbose_note(std::to_string(rows) + " rows sent");
    } catch (const OutputClosed&) {
      return;  // the other thread knows
    } catch (const std::exception& error) {
      sending->problem = std::current_exception();
      sending->sender.give_up(error.what());
    }
  }).detach();
  try {
    sending->sender.wait();
  } catch (const Error&) {
    if (sending->problem) std::rethrow_exception(sending->problem);
    throw;
  }
  return 0;
}

int run(int argc, char** argv) {
  // The thread that reads the input may outlive this function, though not the process.
  static Tool tool(kText, {{}, 0, 1});
  static Options options;
  add_routes(tool.command(), options);
  add_ends(tool.command(), options);
  tool.add_spill_options(options.spill);
  tool.take_no_input_if(options.receives);
  if (!tool.parse(argc, argv, [&] { return describe(options); })) return 0;
  require_sense(options);
  if (options.receives) return receive(tool, options);
  if (!options.receivers.empty()) {
    tool.refuse_output_options("with --send");
    return send(tool, options);
  }
  OperatorPtr input = tool.open_all();
  // What would fail with many workers fails with one.
  if (auto how = route_of(options)) require_partition_keys(*how, *input->schema());
  return tool.write(std::move(input));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
