// Makes the rows of a checkpoint.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/data/batch.h"
#include "libcore/table/log.h"

namespace penstock {

// Actions that are made at once.
inline constexpr size_t kCheckpointBatchRows = 1024;

// Returns the schema of the batches of a state: checkpoint_schema(), with TableState::schemas.
SchemaPtr schema_of_checkpoint(const TableState& state);

// Gives `put` the state as batches: its protocol, metaData and transactions, its files, and those
// that were removed at `keep_after` or later (milliseconds since 1970). Returns the number of rows.
// Throws Error as encode_actions() does, and what `put` throws.
int64_t encode_checkpoint(const TableState& state, int64_t keep_after,
                          const std::function<void(const Batch&)>& put);

}  // namespace penstock
