// Reads Arrow IPC streams and files of any implementation.
//
// Nothing read is trusted: FlatBuffers are verified, every buffer lies inside its body, offsets
// ascend, UTF-8 and dictionary indices are checked, and declared sizes stay under the limits of
// limits.h. A stream without its end marker throws "input ended before end-of-stream (after N
// rows)". Columns in view and run-end-encoded layouts become plain ones (utf8, binary, list, the
// encoded type). Batches without rows come as they are, and each batch has the custom metadata of
// its message.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"
#include "libcore/data/zones/zones.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Returns whether an input that begins with these bytes (8 are enough) must be an Arrow stream or
// file.
bool is_surely_ipc(std::span<const uint8_t> beginning);

// The same, but also true for a stream as it was before Arrow 0.15, whose first bytes may be UTF-16
// text as well.
bool looks_like_ipc(std::span<const uint8_t> beginning);

// Whether is_surely_ipc() may be true of these bytes when more have come.
bool may_become_ipc(std::span<const uint8_t> beginning);

struct IpcReadOptions {
  std::optional<ColumnList> columns;  // only these, in this order
  // Called where `columns` is empty, with the schema of all columns: returns which are read, in
  // which order, or empty for all. open_ipc() throws what it throws. May be empty.
  std::function<std::optional<std::vector<std::string>>(const Schema&)> choose_columns;
  // Called with the schema of all columns, before columns are chosen. open_ipc() throws what it
  // throws. May be empty.
  std::function<void(const Schema&)> on_schema;
  // --partition. Of a file that can be sought, the I-th of N equal runs of batches, so that the
  // parts one after the other are the file; of any other input, batches I, I+N, …
  int64_t partition = 1;
  int64_t partitions = 1;
  // Called with the size in bytes of each batch of a file that can be sought, before the batch is
  // read or skipped. May be empty.
  std::function<void(int64_t)> on_block;
  // Called once with the schema of all columns and the zones of a file's batches, if it can be
  // sought and has them: returns for each batch whether it is read. May be empty: all are.
  std::function<std::vector<bool>(const Schema&, const Zones&)> choose_batches;
  // Returns whether a batch of a file that can be sought is read, by its number from 0; asked once
  // for each. May be empty: all are.
  std::function<bool(int64_t)> is_wanted;
  // Called after choose_batches and is_wanted with how many batches of the partition are read, and
  // how many there are. May be empty.
  std::function<void(int64_t, int64_t)> on_chosen;
};

// Returns whether the source is an Arrow file that can be sought. Throws Error when it cannot be
// read.
bool is_arrow_file(const ByteSource& source);

// Opens the input and reads its schema at once. Throws Error when the input is not a valid stream
// or file.
OperatorPtr open_ipc(std::unique_ptr<PeekableSource> source, IpcReadOptions options = {});

}  // namespace penstock
