#include "libcore/net/batch_frame.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "libcore/arrow/body_codec.h"
#include "libcore/arrow/message.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

// Frames have no dictionaries whose indices would move.
class NoShift : public IndexShift {
 public:
  int64_t shift(int64_t /*id*/, const Column& /*dictionary*/) const override { return 0; }
};

constexpr size_t kMetadataAlignment = 16;
// The alignment that decode_message() needs. ZeroMQ's allocations have it; messages that arrived
// together with other small ones need not.
constexpr uintptr_t kFrameAlignment = 8;

Buffer aligned(const Buffer& frame) {
  if (reinterpret_cast<uintptr_t>(frame.data()) % kFrameAlignment == 0) return frame;
  return Buffer::copy(frame.data(), frame.size());
}

}  // namespace

BatchFrame::BatchFrame(std::span<const Batch> pieces) {
  PENSTOCK_CHECK(!pieces.empty());
  Batch whole = pieces.size() == 1 ? pieces[0] : concatenate(pieces);
  const NoShift no_shift;
  ColumnEncoder encoder(whole.rows, BodyCompression::kNone, no_shift, 0);
  for (const ColumnPtr& column : whole.columns)
    encoder.add(*column);
  lay_out(encoder, pieces.back().metadata.get());
  if (size_ > kMaxFrameBytes) {
    throw Error(fmt::format("a row of more than {} bytes cannot be sent", kMaxFrameBytes));
  }
}

BatchFrame::BatchFrame(const RowsInTurn& rows) : source_(&rows) {
  const NoShift no_shift;
  ColumnEncoder encoder(std::ssize(rows.rows), BodyCompression::kNone, no_shift, 0);
  for (size_t column = 0; column < rows.columns.size(); ++column) {
    const std::vector<ColumnPtr>& parts = rows.columns[column];
    if (are_bare_values(parts)) {
      encoder.add_later(*parts[0]->type);
      later_.push_back(column);
    } else {
      encoder.add(*take_in_turn(parts, rows.rows));
    }
  }
  lay_out(encoder, nullptr);
}

void BatchFrame::lay_out(const ColumnEncoder& encoder, const Metadata* said) {
  rows_ = encoder.metadata().rows;
  metadata_ = encode_batch(encoder.metadata(), encoder.body_size(), said);
  metadata_.resize((metadata_.size() + kMetadataAlignment - 1) & -kMetadataAlignment);
  buffers_ = encoder.buffers();
  size_ = kDataHeaderBytes + std::ssize(metadata_) + encoder.body_size() + kTailBytes;
}

void BatchFrame::write(uint8_t* to) const {
  const uint8_t* end = to + size_;
  put_data_header(to, {0, static_cast<uint64_t>(rows_)}, std::ssize(metadata_));
  to += kDataHeaderBytes;
  std::memcpy(to, metadata_.data(), metadata_.size());
  to += metadata_.size();
  auto later = later_.begin();
  for (const Buffer& buffer : buffers_) {
    if (buffer.empty()) continue;
    if (buffer.data() == nullptr) {
      write_values(*source_, *later++, to);
    } else {
      std::memcpy(to, buffer.data(), static_cast<size_t>(buffer.size()));
    }
    to += buffer.size();
    int64_t padding = -buffer.size() & (kBufferAlignment - 1);
    std::memset(to, 0, static_cast<size_t>(padding));
    to += padding;
  }
  PENSTOCK_CHECK(to == end - kTailBytes);
  std::memset(to, 0, kTailBytes);
}

MutableBuffer encode_batch_frame(std::span<const Batch> pieces) {
  const BatchFrame frame(pieces);
  MutableBuffer bytes(frame.size());
  frame.write(bytes.data());
  return bytes;
}

Buffer encode_schema_frame(const Schema& schema) {
  for (const Field& field : schema.fields()) {
    if (count_dictionaries(*field.type) != 0) {
      throw Error(fmt::format("column '{}': {} cannot be sent; decode its dictionary first",
                              field.name, field.type->to_string()));
    }
  }
  return encode_schema_frame(std::span<const uint8_t>(encode_schema(schema)));
}

WireSchema decode_schema_frame(std::span<const uint8_t> message) {
  Buffer copy = Buffer::copy(message.data(), std::ssize(message));
  MessageMetadata metadata = decode_message(copy.span<uint8_t>());
  if (metadata.kind != MessageMetadata::Kind::kSchema)
    throw Error("its schema frame holds no schema");
  return std::move(metadata.schema);
}

std::optional<MutableBuffer> pack(const BatchFrame& frame, const uint8_t* written,
                                  BodyCompression codec) {
  const int64_t size = frame.size() - kDataHeaderBytes;
  if (size < kLeastPackedBytes || size > kMostPackedBytes) return std::nullopt;
  const std::span<const uint8_t> contents(written + kDataHeaderBytes, static_cast<size_t>(size));
  MutableBuffer packed(kDataHeaderBytes);
  compress_buffer(codec, contents, packed);
  if (packed.size() > frame.size() / 8 * 7) return std::nullopt;
  put_packed_header(packed.data(), codec, {0, static_cast<uint64_t>(frame.rows())},
                    frame.metadata_size());
  return packed;
}

Batch decode_batch_frame(const BatchAssembler& assembler, const Buffer& received) {
  Buffer bytes = aligned(received);
  Frame frame = parse_frame(bytes.span<uint8_t>());
  PENSTOCK_CHECK(frame.kind == FrameKind::kData || frame.kind == FrameKind::kPacked);
  if (frame.kind == FrameKind::kPacked) {
    ByteBudget budget(kMostPackedBytes);
    const Buffer packed = bytes.slice(frame.packed.data() - bytes.data(), std::ssize(frame.packed));
    bytes = decompress_buffer(frame.codec, packed, budget);
    frame = parse_unpacked(frame, bytes.span<uint8_t>());
  }
  MessageMetadata metadata = decode_message(frame.metadata);
  if (metadata.kind != MessageMetadata::Kind::kBatch) throw Error("a data frame without a batch");
  if (metadata.body_size != std::ssize(frame.body)) throw Error("a body of the wrong size");
  Buffer body = bytes.slice(frame.body.data() - bytes.data(), std::ssize(frame.body));
  Batch batch = assembler.make_batch(metadata, body);
  if (static_cast<uint64_t>(batch.rows) != frame.data.rows) {
    throw Error(fmt::format("{} rows where the frame declares {}", batch.rows, frame.data.rows));
  }
  return batch;
}

}  // namespace penstock
