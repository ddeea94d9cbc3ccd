// Encodes batches as data frames, and decodes them without a copy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/arrow/batch_assembler.h"
#include "libcore/arrow/column_encoder.h"
#include "libcore/data/batch.h"
#include "libcore/data/buffer.h"
#include "libcore/data/take.h"
#include "libcore/net/frame.h"

namespace penstock {

// A data frame, before it is written. REQUIRES plain columns, fewer rows than kMaxBatchRows.
class BatchFrame {
 public:
  // Has the rows of all pieces, one after the other; shares the columns of a single piece. Throws
  // Error when the frame would exceed kMaxFrameBytes. REQUIRES at least one piece.
  explicit BatchFrame(std::span<const Batch> pieces);
  // `rows` must outlive it, because bare values are gathered where they are written, which saves a
  // copy. If the frame exceeds kMaxFrameBytes, do not send it, but fewer of its rows at a time.
  explicit BatchFrame(const RowsInTurn& rows);

  int64_t metadata_size() const { return std::ssize(metadata_); }
  int64_t rows() const { return rows_; }
  int64_t size() const { return size_; }
  // Writes size() bytes. The sequence number is 0 until set_sequence().
  void write(uint8_t* to) const;

 private:
  void lay_out(const ColumnEncoder& encoder, const Metadata* said);

  int64_t rows_ = 0;
  int64_t size_ = 0;
  std::vector<uint8_t> metadata_;  // padded
  std::vector<Buffer> buffers_;
  const RowsInTurn* source_ = nullptr;
  std::vector<size_t> later_;  // columns of the source whose buffers have no data
};

// The same, in memory of its own.
MutableBuffer encode_batch_frame(std::span<const Batch> pieces);

// Compresses a data frame, given the size() bytes that it wrote. Returns the packed frame, whose
// sequence number is 0; empty when the frame is too small or too large for it, or would not become
// smaller by an eighth. REQUIRES a codec.
std::optional<MutableBuffer> pack(const BatchFrame& frame, const uint8_t* written,
                                  BodyCompression codec);

// Encodes a schema frame, and throws Error for columns with dictionaries. Decodes one, and throws
// Error for bytes that are not a schema.
Buffer encode_schema_frame(const Schema& schema);
WireSchema decode_schema_frame(std::span<const uint8_t> message);

// Returns the batch of the data or packed frame in `frame`; the columns of the former keep `frame`
// alive. Throws an Error
// that names the column, also when the batch does not have the number of rows in the frame's
// header.
Batch decode_batch_frame(const BatchAssembler& assembler, const Buffer& frame);

}  // namespace penstock
