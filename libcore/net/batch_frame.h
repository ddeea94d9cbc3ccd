// Batches as data frames, and back without a copy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/arrow/batch_assembler.h"
#include "libcore/data/batch.h"
#include "libcore/net/frame.h"

namespace penstock {

// A data frame of the rows of all `pieces`, one after the other, gathered with one copy. Its
// sequence number is 0 until set_sequence(). Throws Error when it would pass kMaxFrameBytes.
// REQUIRES plain columns, at least one piece, fewer rows than kMaxBatchRows.
MutableBuffer encode_batch_frame(std::span<const Batch> pieces);

// A schema frame; throws Error for columns with dictionaries. And the schema out of one; throws
// Error on bytes that are no schema.
Buffer encode_schema_frame(const Schema& schema);
WireSchema decode_schema_frame(std::span<const uint8_t> message);

// The batch of a data frame that lies in `frame`; its columns keep `frame` alive. Throws Error that
// names the column, also when it has not the rows that its header says.
Batch decode_batch_frame(const BatchAssembler& assembler, const Buffer& frame);

}  // namespace penstock
