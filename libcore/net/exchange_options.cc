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
// Of --turn: more than there are writers.
constexpr int64_t kMostTurn = 1'000'000'000;

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
             "how long to wait for the other ends, for the file of --spread, and with --read for "
             "anything "
             "from a server that has stopped answering; by default 30"},
      [&](const std::string& v) { options.timeout_seconds = parse_count(v, kMostTimeoutSeconds); });
}

// The ends that are files.
void add_files(Command& command, ExchangeOptions& options) {
  command.add(Option{'\0', "write", "FOLDER",
                     "write the rows of each partition into a file of FOLDER, which is made or "
                     "empty",
                     Complete::kFile},
              [&](const std::string& v) {
                if (v.empty()) throw Error::usage("the name of a folder is missing");
                options.folder = v;
              });
  command.add(Option{'n', "partitions", "N", "the number of partitions for --write"},
              [&](const std::string& v) { options.partitions = parse_count(v, kMaxPartitions); });
  command.add(
      Option{'\0', "turn", "W",
             "begin at partition W modulo N, counted from 0, to share out rows with --write: when "
             "several processes do, each with another W, the partitions fill up alike"},
      [&](const std::string& v) {
        options.turn = parse_int64(v);
        if (!options.turn || *options.turn < 0 || *options.turn > kMostTurn) {
          throw Error::usage("'" + v + "' is not a number from 0 to " + std::to_string(kMostTurn));
        }
      });
  command.add(Option{'\0', "read", "LIST",
                     "write the rows of the files in LIST, one after the other or merged by "
                     "--merge, and compare each file with its size and checksum in LIST",
                     Complete::kFile},
              [&](const std::string& v) {
                if (v.empty()) throw Error::usage("the name of a file is missing");
                options.file_list = v;
              });
  command.add(Option{'\0', "as-is", "",
                     "with --read: write the bytes of the files to standard output, whatever they "
                     "are, and compare size and checksum alone"},
              options.as_is);
  command.add(Option{'\0', "serve", "FOLDER",
                     "give the files below FOLDER to every --read on another host whose list names "
                     "them, until a signal ends this process",
                     Complete::kFile},
              [&](const std::string& v) {
                if (v.empty()) throw Error::usage("the name of a folder is missing");
                options.served_folder = v;
              });
  command.add(Option{'\0', "endpoint", "ENDPOINT", "where --serve listens"},
              [&](const std::string& v) {
                options.endpoint = parse_endpoint(v);
                options.has_endpoint = true;
              });
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
             "receive or serve at the inherited descriptor N, which listens at the tcp endpoint "
             "already"},
      [&](const std::string& v) {
        options.listen_fd = parse_int64(v);
        if (!options.listen_fd || *options.listen_fd < 0 || *options.listen_fd > kMostDescriptor) {
          throw Error::usage("'" + v + "' is not the number of a descriptor");
        }
      });
}

}  // namespace

void add_exchange_options(Command& command, ExchangeOptions& options) {
  add_routes(command, options);
  add_ends(command, options);
  add_files(command, options);
  add_transport(command, options);
}

}  // namespace penstock
