// The sending operator: rows of an input to the receivers that they belong to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/sender.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// How rows are partitioned, as all senders of an exchange say it: "hash a,b", "range a:desc",
// "grid 2x3 second", "second spread hash a,b".
std::string exchange_text(const PartitionOptions& how);

// Sends the schema, then all rows of `input`, partition i to receiver i, and ends the sender. With
// kRange without bounds all is read before the first row is sent, and put aside as `spill` says,
// unless there is one partition only; with heavy keys to be spread the first rows are held until
// the senders have agreed on these. Returns the rows of the input. Throws what the input throws,
// Error for keys that cannot be, and what the sender throws.
int64_t send_rows(Operator& input, const PartitionOptions& how, Sender& sender,
                  const SpillOptions& spill);

// What a receiver makes of the samples of such senders, bounds of ranges or heavy keys;
// ReceiveOptions::choose_splitters.
std::string choose_splitters(const std::vector<std::string>& samples,
                             const std::string& partitioning, int64_t receivers);

}  // namespace penstock
