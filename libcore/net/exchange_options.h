// The options of pexchange: how rows are partitioned, and which end of an exchange it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/command/command.h"
#include "libcore/data/compare.h"
#include "libcore/net/limits.h"
#include "libcore/partition/partitioner.h"

namespace penstock {

struct ExchangeOptions {
  // One of these says how, or none.
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
  std::string endpoint;                // where this end receives, if it does
  bool receives = false;
  std::optional<int64_t> senders;
  bool merge = false;
  int64_t worker = 0;
  std::string name;
  int64_t timeout_seconds = 30;
};

// Adds the options; `options` outlives the parsing.
void add_exchange_options(Command& command, ExchangeOptions& options);

// How rows are partitioned, but for the number of partitions; empty when the command line does not
// say. Throws a usage Error where it contradicts itself.
std::optional<PartitionOptions> route_of(const ExchangeOptions& options);

// The first way to partition that the command line names, whatever else it says.
std::optional<PartitionKind> first_route(const ExchangeOptions& options);

// Throws a usage Error for ends of which something is missing, or that are both.
void require_one_end(const ExchangeOptions& options);

}  // namespace penstock
