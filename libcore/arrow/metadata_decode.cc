#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "format_generated.h"
#include "libcore/arrow/metadata.h"
#include "libcore/arrow/schema_decode.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

static_assert(std::endian::native == std::endian::little,
              "columns are slices of little-endian bodies");

// Metadata written without sharing holds at most one table in 8 bytes (an offset to it and its own
// offset to its vtable). Only with sharing can a small message take long to walk.
flatbuffers::Verifier make_verifier(std::span<const uint8_t> bytes) {
  flatbuffers::Verifier::Options options;
  options.max_depth = 128;
  options.max_tables = static_cast<flatbuffers::uoffset_t>(bytes.size() / 8 + 1);
  return flatbuffers::Verifier(bytes.data(), bytes.size(), options);
}

void require_version(flat::MetadataVersion version) {
  if (version < flat::MetadataVersion::V4) {
    throw Error(
        "written by an Arrow version before 0.8; write the data again with a later version");
  }
  if (version > flat::MetadataVersion::V5) {
    throw Error(fmt::format("metadata version {} is newer than this program knows",
                            static_cast<int>(version) + 1));
  }
}

BodyCompression decode_compression(const flat::BodyCompression* compression) {
  if (compression == nullptr) return BodyCompression::kNone;
  if (compression->method() != flat::BodyCompressionMethod::Buffer) {
    throw Error("the body is compressed by an unknown method");
  }
  switch (compression->codec()) {
    case flat::CompressionType::Lz4Frame:
      return BodyCompression::kLz4;
    case flat::CompressionType::Zstd:
      return BodyCompression::kZstd;
  }
  throw Error("the body is compressed by an unknown codec");
}

// Copies elements, because the verifier checks the bounds of a vector but not the alignment of its
// elements.
template <typename From, typename To>
void copy_vector(const From* from, std::vector<To>& to) {
  if (from == nullptr || from->size() == 0) return;
  to.resize(from->size());
  std::memcpy(to.data(), from->Data(), to.size() * sizeof(To));
}

static_assert(sizeof(WireNode) == sizeof(flat::FieldNode) &&
              offsetof(WireNode, null_count) == sizeof(int64_t));
static_assert(sizeof(BufferRange) == sizeof(flat::Buffer) &&
              offsetof(BufferRange, size) == sizeof(int64_t));

BatchMetadata decode_batch(const flat::RecordBatch* from) {
  if (from == nullptr) throw Error("a message without its record batch");
  BatchMetadata batch;
  batch.rows = from->length();
  if (batch.rows < 0 || batch.rows > kMaxBatchRows) {
    throw Error(fmt::format("a batch of {} rows; at most {} are read", batch.rows, kMaxBatchRows));
  }
  copy_vector(from->nodes(), batch.nodes);
  copy_vector(from->buffers(), batch.buffers);
  copy_vector(from->variadic_buffer_counts(), batch.variadic_counts);
  batch.compression = decode_compression(from->compression());
  return batch;
}

int64_t size_of(const flatbuffers::String* text) {
  return text == nullptr ? 0 : static_cast<int64_t>(text->size());
}

std::string string_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : text->str();
}

// Pairs may share their strings, so the bytes are counted before each is copied.
BatchMetadataPtr decode_said(
    const flatbuffers::Vector<flatbuffers::Offset<flat::KeyValue>>* entries) {
  if (entries == nullptr || entries->size() == 0) return nullptr;
  if (entries->size() > kMaxBatchMetadataPairs) {
    throw Error(fmt::format("a batch with {} pairs of metadata; at most {} are read",
                            entries->size(), kMaxBatchMetadataPairs));
  }
  auto said = std::make_shared<Metadata>();
  said->reserve(entries->size());
  int64_t bytes = 0;
  for (const flat::KeyValue* entry : *entries) {
    bytes += size_of(entry->key()) + size_of(entry->value());
    if (bytes > kMaxBatchMetadataBytes) {
      throw Error(fmt::format("a batch with more than {} bytes of metadata, the most that are read",
                              kMaxBatchMetadataBytes));
    }
    said->emplace_back(string_of(entry->key()), string_of(entry->value()));
  }
  return said;
}

std::vector<FileBlock> decode_blocks(const flatbuffers::Vector<const flat::Block*>* from) {
  std::vector<flat::Block> raw;
  copy_vector(from, raw);
  std::vector<FileBlock> blocks;
  blocks.reserve(raw.size());
  for (const flat::Block& block : raw) {
    FileBlock decoded{block.offset(), block.metadata_length(), block.body_length()};
    if (decoded.offset < 0 || decoded.metadata_size < 0 || decoded.body_size < 0 ||
        decoded.metadata_size > kMaxMessageMetadataBytes ||
        decoded.body_size > kMaxMessageBodyBytes) {
      throw Error("the footer places a message at an impossible offset or size");
    }
    blocks.push_back(decoded);
  }
  return blocks;
}

std::optional<std::string> find_zones(
    const flatbuffers::Vector<flatbuffers::Offset<flat::KeyValue>>* entries) {
  if (entries == nullptr) return std::nullopt;
  for (const flat::KeyValue* entry : *entries) {
    if (entry->key() != nullptr && entry->key()->string_view() == kZonesKey)
      return string_of(entry->value());
  }
  return std::nullopt;
}

}  // namespace

MessageMetadata decode_message(std::span<const uint8_t> bytes) {
  flatbuffers::Verifier verifier = make_verifier(bytes);
  if (bytes.size() < 8 || !flat::VerifyMessageBuffer(verifier)) {
    throw Error("a message's metadata is damaged");
  }
  const flat::Message* from = flat::GetMessage(bytes.data());
  require_version(from->version());
  MessageMetadata message;
  message.version4 = from->version() == flat::MetadataVersion::V4;
  message.body_size = from->body_length();
  if (message.body_size < 0 || message.body_size > kMaxMessageBodyBytes) {
    throw Error(fmt::format("a message body of {} bytes; at most {} are read", message.body_size,
                            kMaxMessageBodyBytes));
  }
  switch (from->header_type()) {
    case flat::MessageHeader::Schema:
      message.kind = MessageMetadata::Kind::kSchema;
      message.schema = decode_schema(from->header_as_Schema());
      return message;
    case flat::MessageHeader::DictionaryBatch: {
      const flat::DictionaryBatch* dictionary = from->header_as_DictionaryBatch();
      if (dictionary == nullptr) break;
      message.kind = MessageMetadata::Kind::kDictionary;
      message.dictionary_id = dictionary->id();
      message.is_delta = dictionary->is_delta();
      message.batch = decode_batch(dictionary->data());
      return message;
    }
    case flat::MessageHeader::RecordBatch:
      message.kind = MessageMetadata::Kind::kBatch;
      message.batch = decode_batch(from->header_as_RecordBatch());
      message.said = decode_said(from->custom_metadata());
      return message;
    case flat::MessageHeader::NONE:
    case flat::MessageHeader::Tensor:
    case flat::MessageHeader::SparseTensor:
      break;
  }
  throw Error("a message that is neither schema, dictionary nor record batch");
}

FooterMetadata decode_footer(std::span<const uint8_t> bytes) {
  flatbuffers::Verifier verifier = make_verifier(bytes);
  if (bytes.size() < 8 || !verifier.VerifyBuffer<flat::Footer>(nullptr)) {
    throw Error("the file's footer is damaged");
  }
  const auto* from = flatbuffers::GetRoot<flat::Footer>(bytes.data());
  require_version(from->version());
  FooterMetadata footer;
  footer.schema = decode_schema(from->schema());
  footer.dictionaries = decode_blocks(from->dictionaries());
  footer.batches = decode_blocks(from->record_batches());
  footer.zones = find_zones(from->custom_metadata());
  return footer;
}

}  // namespace penstock
