// The options of pexchange: how rows are partitioned, and which end of an exchange it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/command/command.h"
#include "libcore/data/compare.h"
#include "libcore/net/limits.h"
#include "libcore/net/sender.h"
#include "libcore/partition/partitioner.h"

namespace penstock {

// What a process is of an exchange. kNone passes its rows on.
enum class ExchangeEnd : uint8_t { kNone, kSend, kReceive, kWrite, kRead, kServe };

struct ExchangeOptions {
  // How rows are partitioned: at most one of these.
  bool hash = false;
  bool range = false;
  bool round_robin = false;
  bool broadcast = false;
  bool single = false;
  std::optional<PartitionOptions> grid;

  std::vector<SortKey> keys;
  std::string spread;         // the file of heavy keys; empty for none
  bool second_input = false;  // of a join

  std::vector<std::string> receivers;  // endpoints; this end sends when there are any
  std::string endpoint;                // where this end receives or serves, if it does
  bool receives = false;
  bool has_endpoint = false;  // --endpoint
  std::optional<int64_t> senders;
  std::string folder;                 // where this end writes files; empty if it does not
  std::optional<int64_t> partitions;  // of those files
  std::optional<int64_t> turn;        // PartitionOptions::start of those files
  std::string file_list;              // what this end reads; empty if it does not
  std::string served_folder;          // whose files this end serves; empty if it does not
  bool as_is = false;                 // what is read is not decoded
  bool merge = false;
  bool in_turn = false;
  int64_t worker = 0;
  std::string name;
  int64_t timeout_seconds = 30;
  bool makes_keys = false;  // and does nothing else
  std::string keys_file;    // empty: no keys
  Compress compress = Compress::kAuto;
  std::optional<int64_t> listen_fd;  // a descriptor that listens at `endpoint`
};

// Adds the options to a command; `options` must outlive the command.
void add_exchange_options(Command& command, ExchangeOptions& options);

// Returns the end that the options name; of several, the first.
ExchangeEnd end_of(const ExchangeOptions& options);

// Returns how rows are partitioned, except for the number of partitions; empty when no option says
// how. Throws a usage Error when options contradict each other.
std::optional<PartitionOptions> route_of(const ExchangeOptions& options);

// Returns the first way to partition that an option names, whatever the other options are; empty
// when there is none.
std::optional<PartitionKind> first_route(const ExchangeOptions& options);

// Returns how rows are partitioned among files, and their number. Throws as route_of(). REQUIRES
// options that require_one_end() accepts, with a folder.
PartitionOptions file_route_of(const ExchangeOptions& options);

// Throws a usage Error when an option that an end needs is missing, and when several ends are
// named.
void require_one_end(const ExchangeOptions& options);

}  // namespace penstock
