// Arrow IPC streams and files, as any implementation writes them.
//
// Nothing read is trusted: FlatBuffers are verified, every buffer lies inside its body, offsets
// ascend, UTF-8 and dictionary indices are checked, declared sizes stay under limits.h's limits. A
// stream without its end marker throws "input ended before end-of-stream (after N rows)". View and
// run-end-encoded layouts come out as plain ones (utf8, binary, list, the encoded type).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Whether an input that begins so (8 bytes are enough) is an Arrow stream or file and can be
// nothing else.
bool is_surely_ipc(std::span<const uint8_t> beginning);

// The same, or a stream as it was before Arrow 0.15, whose first bytes may be text in UTF-16 too.
bool looks_like_ipc(std::span<const uint8_t> beginning);

struct IpcReadOptions {
  std::optional<std::vector<std::string>> columns;  // only these, in this order
  // Called with the schema of all columns, before those are chosen; what it throws is thrown by
  // open_ipc(). May be empty.
  std::function<void(const Schema&)> on_schema;
  // --partition: of a file that can be sought the I-th of N equal runs of batches, so that the
  // parts one after the other are the file; of anything else batches I, I+N, …
  int64_t partition = 1;
  int64_t partitions = 1;
};

// Reads the schema at once.
OperatorPtr open_ipc(std::unique_ptr<PeekableSource> source, IpcReadOptions options = {});

}  // namespace penstock
