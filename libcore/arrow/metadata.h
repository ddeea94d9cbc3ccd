// The metadata of Arrow IPC as plain values: FlatBuffers, verified and decoded, and encoded. This
// header and its two .cc files are the seam of FlatBuffers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/arrow/compression.h"
#include "libcore/data/batch.h"
#include "libcore/data/type.h"

namespace penstock {

// The layout of a column in a body, where it differs from that of our Column.
enum class WireLayout : uint8_t {
  kPlain,          // as in Column
  kDictionary,     // indices; the one child: the layout of the dictionary's values
  kNarrowDecimal,  // 32 or 64 bits for a decimal128
  kBytesView,      // utf8 and binary views
  kListView,
  kLargeListView,
  kRunEndEncoded,  // children: run ends, values
};

// A field of a received schema: its type for our operators, and its layout in the stream.
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
  BatchMetadataPtr said;  // kBatch: the message's custom metadata, within its limits
  int64_t dictionary_id = 0;
  bool is_delta = false;
};

// The place of a message in a file; metadata_size includes the prefix and the padding.
struct FileBlock {
  int64_t offset = 0;
  int64_t metadata_size = 0;
  int64_t body_size = 0;
};

struct FooterMetadata {
  WireSchema schema;
  std::vector<FileBlock> dictionaries;
  std::vector<FileBlock> batches;
  std::optional<std::string> zones;  // the value of kZonesKey; file_zones.h reads it
};

// The key of the footer's custom metadata that has the zones of the batches.
inline constexpr std::string_view kZonesKey = "penstock.zones";

// Both throw Error for bytes that are not such a FlatBuffer, for values over a limit, and for parts
// of the format that we do not read (FORMAT.md); the Error names the column. REQUIRES `bytes`
// aligned to 8.
MessageMetadata decode_message(std::span<const uint8_t> bytes);
FooterMetadata decode_footer(std::span<const uint8_t> bytes);

// Encodes FlatBuffers of MetadataVersion V5. The dictionary fields of a schema get the ids 0, 1, …
// in the order of a walk that visits a field before its children.
std::vector<uint8_t> encode_schema(const Schema& schema);
// `said`: the message's custom metadata, within its limits; null for none.
std::vector<uint8_t> encode_batch(const BatchMetadata& batch, int64_t body_size,
                                  const Metadata* said = nullptr);
std::vector<uint8_t> encode_dictionary(int64_t id, bool is_delta, const BatchMetadata& batch,
                                       int64_t body_size);
// `zones`: empty for none.
std::vector<uint8_t> encode_footer(const Schema& schema, std::span<const FileBlock> dictionaries,
                                   std::span<const FileBlock> batches,
                                   const std::string& zones = {});

}  // namespace penstock
