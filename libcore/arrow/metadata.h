// The metadata of Arrow IPC as plain values: what FlatBuffers carry, verified, and back. This and
// its two .cc files are the seam of FlatBuffers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/arrow/compression.h"
#include "libcore/data/type.h"

namespace penstock {

// How a column lies in a body, where that is not how our Column has it.
enum class WireLayout : uint8_t {
  kPlain,          // as Column has it
  kDictionary,     // indices; children: one, how the dictionary's values lie
  kNarrowDecimal,  // 32 or 64 bits for a decimal128
  kBytesView,      // utf8 and binary views
  kListView,
  kLargeListView,
  kRunEndEncoded,  // children: run ends, values
};

// A field of a received schema: its type as we hand it on, and its layout on the wire.
struct WireField {
  TypePtr type;
  WireLayout layout = WireLayout::kPlain;
  int32_t wire_width = 0;     // kNarrowDecimal: bytes
  int64_t dictionary_id = 0;  // kDictionary
  std::vector<WireField> children;
};

struct WireSchema {
  SchemaPtr schema;
  std::vector<WireField> fields;
};

struct BufferRange {
  int64_t offset = 0;
  int64_t size = 0;
};

struct WireNode {
  int64_t length = 0;
  int64_t null_count = 0;
};

struct BatchMetadata {
  int64_t rows = 0;
  std::vector<WireNode> nodes;
  std::vector<BufferRange> buffers;
  std::vector<int64_t> variadic_counts;
  BodyCompression compression = BodyCompression::kNone;
};

struct MessageMetadata {
  enum class Kind { kSchema, kDictionary, kBatch };
  Kind kind = Kind::kSchema;
  bool version4 = false;  // as before Arrow 1.0: unions have validity
  int64_t body_size = 0;  // 0 … kMaxMessageBodyBytes
  WireSchema schema;      // kSchema
  BatchMetadata batch;    // kBatch, kDictionary; values as declared, not yet tested
  int64_t dictionary_id = 0;
  bool is_delta = false;
};

// Where a message of a file lies: metadata_size includes the prefix and the padding.
struct FileBlock {
  int64_t offset = 0;
  int64_t metadata_size = 0;
  int64_t body_size = 0;
};

struct FooterMetadata {
  WireSchema schema;
  std::vector<FileBlock> dictionaries;
  std::vector<FileBlock> batches;
};

// Both throw Error on bytes that are no such FlatBuffer, on what is over a limit, and on what we do
// not read (FORMAT.md), naming the column. REQUIRES `bytes` aligned to 8.
MessageMetadata decode_message(std::span<const uint8_t> bytes);
FooterMetadata decode_footer(std::span<const uint8_t> bytes);

// FlatBuffers of MetadataVersion V5. The dictionary fields of a schema have the ids 0, 1, … in the
// order of a walk that visits a field before its children.
std::vector<uint8_t> encode_schema(const Schema& schema);
std::vector<uint8_t> encode_batch(const BatchMetadata& batch, int64_t body_size);
std::vector<uint8_t> encode_dictionary(int64_t id, bool is_delta, const BatchMetadata& batch,
                                       int64_t body_size);
std::vector<uint8_t> encode_footer(const Schema& schema, std::span<const FileBlock> dictionaries,
                                   std::span<const FileBlock> batches);

}  // namespace penstock
