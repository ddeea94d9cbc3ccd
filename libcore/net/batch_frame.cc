#include "libcore/net/batch_frame.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "libcore/arrow/column_encoder.h"
#include "libcore/arrow/message.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

// Frames have no dictionaries whose indices would move.
class NoShift : public IndexShift {
 public:
  int64_t shift(int64_t /*id*/, const Column& /*dictionary*/) const override { return 0; }
};

constexpr int64_t kMetadataAlignment = 16;
// The alignment that decode_message() needs, and that what ZeroMQ allocates has; what came together
// with other small messages lies anywhere.
constexpr uintptr_t kFrameAlignment = 8;

Buffer aligned(const Buffer& frame) {
  if (reinterpret_cast<uintptr_t>(frame.data()) % kFrameAlignment == 0) return frame;
  return Buffer::copy(frame.data(), frame.size());
}

}  // namespace

MutableBuffer encode_batch_frame(std::span<const Batch> pieces) {
  PENSTOCK_CHECK(!pieces.empty());
  Batch whole = pieces.size() == 1 ? pieces[0] : concatenate(pieces);
  const NoShift no_shift;
  ColumnEncoder encoder(whole.rows, BodyCompression::kNone, no_shift, 0);
  for (const ColumnPtr& column : whole.columns)
    encoder.add(*column);
  std::vector<uint8_t> metadata = encode_batch(encoder.metadata(), encoder.body_size());
  auto metadata_size = static_cast<int64_t>(metadata.size());
  metadata_size += -metadata_size & (kMetadataAlignment - 1);
  int64_t body_at = kDataHeaderBytes + metadata_size;
  int64_t size = body_at + encoder.body_size() + kTailBytes;
  if (size > kMaxFrameBytes) {
    throw Error(fmt::format("a row of more than {} bytes cannot be sent", kMaxFrameBytes));
  }
  MutableBuffer frame(size);
  put_data_header(frame.data(), {0, static_cast<uint64_t>(whole.rows)}, metadata_size);
  std::memset(frame.data() + body_at - kMetadataAlignment, 0, kMetadataAlignment);
  std::memcpy(frame.data() + kDataHeaderBytes, metadata.data(), metadata.size());
  uint8_t* to = frame.data() + body_at;
  for (const Buffer& buffer : encoder.buffers()) {
    if (buffer.empty()) continue;
    std::memcpy(to, buffer.data(), static_cast<size_t>(buffer.size()));
    to += buffer.size();
    int64_t padding = -buffer.size() & (kBufferAlignment - 1);
    std::memset(to, 0, static_cast<size_t>(padding));
    to += padding;
  }
  PENSTOCK_CHECK(to == frame.data() + size - kTailBytes);
  std::memset(to, 0, kTailBytes);
  return frame;
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
  if (metadata.kind != MessageMetadata::Kind::kSchema) throw Error("its schema is no schema");
  return std::move(metadata.schema);
}

Batch decode_batch_frame(const BatchAssembler& assembler, const Buffer& received) {
  Buffer bytes = aligned(received);
  Frame frame = parse_frame(bytes.span<uint8_t>());
  PENSTOCK_CHECK(frame.kind == FrameKind::kData);
  MessageMetadata metadata = decode_message(frame.metadata);
  if (metadata.kind != MessageMetadata::Kind::kBatch) throw Error("a data frame without a batch");
  if (metadata.body_size != std::ssize(frame.body)) throw Error("a body of another size");
  Buffer body = bytes.slice(frame.body.data() - bytes.data(), std::ssize(frame.body));
  Batch batch = assembler.make_batch(metadata, body);
  if (static_cast<uint64_t>(batch.rows) != frame.data.rows || batch.rows == 0) {
    throw Error(fmt::format("{} rows where {} were said", batch.rows, frame.data.rows));
  }
  return batch;
}

}  // namespace penstock
