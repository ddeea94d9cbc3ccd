// Batches as data frames, and back without a copy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/arrow/batch_assembler.h"
#include "libcore/arrow/column_encoder.h"
#include "libcore/data/batch.h"
#include "libcore/data/buffer.h"
#include "libcore/data/take.h"
#include "libcore/net/frame.h"

namespace penstock {

// A data frame of rows, as it will be written. REQUIRES plain columns, fewer rows than
// kMaxBatchRows.
class BatchFrame {
 public:
  // The rows of all pieces, one after the other; shares the columns of a single one. Throws Error
  // when the frame would pass kMaxFrameBytes. REQUIRES at least one.
  explicit BatchFrame(std::span<const Batch> pieces);
  // `rows` outlive it: bare values are gathered where they are written, which is a copy less. A
  // frame that passes kMaxFrameBytes is not to be sent, but its rows by fewer.
  explicit BatchFrame(const RowsInTurn& rows);

  int64_t rows() const { return rows_; }
  int64_t size() const { return size_; }
  // Writes size() bytes; the sequence number is 0 until set_sequence().
  void write(uint8_t* to) const;

 private:
  void lay_out(const ColumnEncoder& encoder);

  int64_t rows_ = 0;
  int64_t size_ = 0;
  std::vector<uint8_t> metadata_;  // padded
  std::vector<Buffer> buffers_;
  const RowsInTurn* source_ = nullptr;
  std::vector<size_t> later_;  // columns of the source whose buffers have no data
};

// The same in memory of its own.
MutableBuffer encode_batch_frame(std::span<const Batch> pieces);

// A schema frame; throws Error for columns with dictionaries. And the schema out of one; throws
// Error on bytes that are no schema.
Buffer encode_schema_frame(const Schema& schema);
WireSchema decode_schema_frame(std::span<const uint8_t> message);

// The batch of a data frame that lies in `frame`; its columns keep `frame` alive. Throws Error that
// names the column, also when it has not the rows that its header says.
Batch decode_batch_frame(const BatchAssembler& assembler, const Buffer& frame);

}  // namespace penstock
