// The sending operator: passes the rows of an input to their receivers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/sender.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Describes how rows are partitioned; all senders of an exchange must state the same: "hash a,b",
// "range a:desc", "grid 2x3 second", "second spread hash a,b".
std::string exchange_text(const PartitionOptions& how);

// Sends the schema, then all rows of `input`, partition i to receiver i, and ends the sender. With
// kRange without bounds, and more than one partition, reads all rows before the first is sent, and
// stores them as `spill` says. To spread heavy keys, holds the first rows until the senders have
// agreed on the keys. A batch that has metadata, or no rows, goes to every receiver: its part of
// the rows with the metadata; where all rows are read first, rows alone are sent. Returns the
// number of rows of the input. Throws what the input throws, Error for keys that cannot be, and
// what the sender throws.
int64_t send_rows(Operator& input, const PartitionOptions& how, Sender& sender,
                  const SpillOptions& spill);

// Makes bounds of ranges, or heavy keys, out of the samples of such senders; for
// ReceiveOptions::choose_splitters.
std::string choose_splitters(const std::vector<std::string>& samples,
                             const std::string& partitioning, int64_t receivers);

}  // namespace penstock
