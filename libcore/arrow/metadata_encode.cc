#include <fmt/format.h>

#include "format_generated.h"
#include "libcore/arrow/metadata.h"
#include "libcore/base/error.h"

namespace penstock {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
template <typename T>
using OffsetVector = Offset<flatbuffers::Vector<Offset<T>>>;

struct TypeTable {
  flat::Type type;
  Offset<void> table;
};

flat::TimeUnit encode_unit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSecond:
      return flat::TimeUnit::Second;
    case TimeUnit::kMilli:
      return flat::TimeUnit::Millisecond;
    case TimeUnit::kMicro:
      return flat::TimeUnit::Microsecond;
    case TimeUnit::kNano:
      break;
  }
  return flat::TimeUnit::Nanosecond;
}

Offset<flat::Int> encode_int(FlatBufferBuilder& builder, TypeId id) {
  return flat::CreateInt(builder, 8 * fixed_width(*make_type(id)), is_signed_integer(id));
}

TypeTable encode_number(FlatBufferBuilder& builder, const Type& type) {
  switch (type.id) {
    case TypeId::kFloat16:
      return {flat::Type::FloatingPoint,
              flat::CreateFloatingPoint(builder, flat::Precision::Half).Union()};
    case TypeId::kFloat32:
      return {flat::Type::FloatingPoint,
              flat::CreateFloatingPoint(builder, flat::Precision::Single).Union()};
    case TypeId::kFloat64:
      return {flat::Type::FloatingPoint,
              flat::CreateFloatingPoint(builder, flat::Precision::Double).Union()};
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return {flat::Type::Decimal, flat::CreateDecimal(builder, type.precision, type.scale,
                                                       type.id == TypeId::kDecimal128 ? 128 : 256)
                                       .Union()};
    default:
      return {flat::Type::Int, encode_int(builder, type.id).Union()};
  }
}

TypeTable encode_interval(FlatBufferBuilder& builder, flat::IntervalUnit unit) {
  return {flat::Type::Interval, flat::CreateInterval(builder, unit).Union()};
}

// Dates, times and intervals; numbers for all that remains.
TypeTable encode_temporal(FlatBufferBuilder& builder, const Type& type) {
  switch (type.id) {
    case TypeId::kDate32:
      return {flat::Type::Date, flat::CreateDate(builder, flat::DateUnit::Day).Union()};
    case TypeId::kDate64:
      return {flat::Type::Date, flat::CreateDate(builder, flat::DateUnit::Millisecond).Union()};
    case TypeId::kTime32:
      return {flat::Type::Time, flat::CreateTime(builder, encode_unit(type.unit), 32).Union()};
    case TypeId::kTime64:
      return {flat::Type::Time, flat::CreateTime(builder, encode_unit(type.unit), 64).Union()};
    case TypeId::kTimestamp: {
      Offset<flatbuffers::String> zone;
      if (!type.zone.empty()) zone = builder.CreateString(type.zone);
      return {flat::Type::Timestamp,
              flat::CreateTimestamp(builder, encode_unit(type.unit), zone).Union()};
    }
    case TypeId::kDuration:
      return {flat::Type::Duration, flat::CreateDuration(builder, encode_unit(type.unit)).Union()};
    case TypeId::kIntervalMonths:
      return encode_interval(builder, flat::IntervalUnit::YearMonth);
    case TypeId::kIntervalDayTime:
      return encode_interval(builder, flat::IntervalUnit::DayTime);
    case TypeId::kIntervalMonthDayNano:
      return encode_interval(builder, flat::IntervalUnit::MonthDayNano);
    default:
      return encode_number(builder, type);
  }
}

TypeTable encode_union(FlatBufferBuilder& builder, const Type& type) {
  std::vector<int32_t> codes(type.type_codes.begin(), type.type_codes.end());
  flat::UnionMode mode =
      type.id == TypeId::kSparseUnion ? flat::UnionMode::Sparse : flat::UnionMode::Dense;
  return {flat::Type::Union, flat::CreateUnion(builder, mode, builder.CreateVector(codes)).Union()};
}

TypeTable encode_type(FlatBufferBuilder& builder, const Type& type) {
  switch (type.id) {
    case TypeId::kNull:
      return {flat::Type::Null, flat::CreateNull(builder).Union()};
    case TypeId::kBool:
      return {flat::Type::Bool, flat::CreateBool(builder).Union()};
    case TypeId::kUtf8:
      return {flat::Type::Utf8, flat::CreateUtf8(builder).Union()};
    case TypeId::kLargeUtf8:
      return {flat::Type::LargeUtf8, flat::CreateLargeUtf8(builder).Union()};
    case TypeId::kBinary:
      return {flat::Type::Binary, flat::CreateBinary(builder).Union()};
    case TypeId::kLargeBinary:
      return {flat::Type::LargeBinary, flat::CreateLargeBinary(builder).Union()};
    case TypeId::kFixedSizeBinary:
      return {flat::Type::FixedSizeBinary,
              flat::CreateFixedSizeBinary(builder, type.width).Union()};
    case TypeId::kList:
      return {flat::Type::List, flat::CreateList(builder).Union()};
    case TypeId::kLargeList:
      return {flat::Type::LargeList, flat::CreateLargeList(builder).Union()};
    case TypeId::kFixedSizeList:
      return {flat::Type::FixedSizeList, flat::CreateFixedSizeList(builder, type.width).Union()};
    case TypeId::kStruct:
      return {flat::Type::Struct, flat::CreateStruct(builder).Union()};
    case TypeId::kMap:
      return {flat::Type::Map, flat::CreateMap(builder, type.keys_sorted).Union()};
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion:
      return encode_union(builder, type);
    case TypeId::kDictionary:
      throw Error("a dictionary of dictionaries cannot be written; decode the column first");
    default:
      return encode_temporal(builder, type);
  }
}

OffsetVector<flat::KeyValue> encode_metadata(FlatBufferBuilder& builder, const Metadata& metadata) {
  if (metadata.empty()) return {};
  std::vector<Offset<flat::KeyValue>> entries;
  entries.reserve(metadata.size());
  for (const auto& entry : metadata) {
    auto key = builder.CreateString(entry.first);
    auto value = builder.CreateString(entry.second);
    entries.push_back(flat::CreateKeyValue(builder, key, value));
  }
  return builder.CreateVector(entries);
}

class SchemaEncoder {
 public:
  explicit SchemaEncoder(FlatBufferBuilder& builder) : builder_(builder) {}

  Offset<flat::Schema> encode(const Schema& schema) {
    OffsetVector<flat::Field> fields = encode_fields(schema.fields());
    return flat::CreateSchema(builder_, flat::Endianness::Little, fields,
                              encode_metadata(builder_, schema.metadata()));
  }

 private:
  OffsetVector<flat::Field> encode_fields(const std::vector<Field>& fields) {
    std::vector<Offset<flat::Field>> offsets;
    offsets.reserve(fields.size());
    for (const Field& field : fields)
      offsets.push_back(encode_field(field));
    return builder_.CreateVector(offsets);
  }

  Offset<flat::Field> encode_field(const Field& field) {
    const Type* type = field.type.get();
    Offset<flat::DictionaryEncoding> dictionary;
    if (type->id == TypeId::kDictionary) {
      auto index = encode_int(builder_, type->index_type->id);
      dictionary =
          flat::CreateDictionaryEncoding(builder_, next_dictionary_++, index, type->ordered);
      type = type->value_type.get();
    }
    OffsetVector<flat::Field> children = encode_fields(type->children);
    TypeTable table = encode_type(builder_, *type);
    auto metadata = encode_metadata(builder_, field.metadata);
    auto name = builder_.CreateString(field.name);
    return flat::CreateField(builder_, name, field.nullable, table.type, table.table, dictionary,
                             children, metadata);
  }

  FlatBufferBuilder& builder_;
  int64_t next_dictionary_ = 0;
};

Offset<flat::RecordBatch> encode(FlatBufferBuilder& builder, const BatchMetadata& batch) {
  std::vector<flat::FieldNode> nodes;
  nodes.reserve(batch.nodes.size());
  for (const WireNode& node : batch.nodes)
    nodes.emplace_back(node.length, node.null_count);
  std::vector<flat::Buffer> buffers;
  buffers.reserve(batch.buffers.size());
  for (const BufferRange& range : batch.buffers)
    buffers.emplace_back(range.offset, range.size);
  Offset<flat::BodyCompression> compression;
  if (batch.compression != BodyCompression::kNone) {
    compression = flat::CreateBodyCompression(builder, batch.compression == BodyCompression::kLz4
                                                           ? flat::CompressionType::Lz4Frame
                                                           : flat::CompressionType::Zstd);
  }
  auto node_vector = builder.CreateVectorOfStructs(nodes);
  auto buffer_vector = builder.CreateVectorOfStructs(buffers);
  return flat::CreateRecordBatch(builder, batch.rows, node_vector, buffer_vector, compression);
}

std::vector<uint8_t> finish_message(FlatBufferBuilder& builder, flat::MessageHeader type,
                                    Offset<void> header, int64_t body_size,
                                    OffsetVector<flat::KeyValue> said = {}) {
  builder.Finish(
      flat::CreateMessage(builder, flat::MetadataVersion::V5, type, header, body_size, said));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

Offset<flatbuffers::Vector<const flat::Block*>> encode_blocks(FlatBufferBuilder& builder,
                                                              std::span<const FileBlock> blocks) {
  std::vector<flat::Block> encoded;
  encoded.reserve(blocks.size());
  for (const FileBlock& block : blocks) {
    encoded.emplace_back(block.offset, static_cast<int32_t>(block.metadata_size), block.body_size);
  }
  return builder.CreateVectorOfStructs(encoded);
}

}  // namespace

std::vector<uint8_t> encode_schema(const Schema& schema) {
  FlatBufferBuilder builder;
  auto header = SchemaEncoder(builder).encode(schema);
  return finish_message(builder, flat::MessageHeader::Schema, header.Union(), 0);
}

std::vector<uint8_t> encode_batch(const BatchMetadata& batch, int64_t body_size,
                                  const Metadata* said) {
  FlatBufferBuilder builder(256 + 16 * (batch.nodes.size() + batch.buffers.size()));
  OffsetVector<flat::KeyValue> pairs;
  if (said != nullptr) pairs = encode_metadata(builder, *said);
  auto header = encode(builder, batch);
  return finish_message(builder, flat::MessageHeader::RecordBatch, header.Union(), body_size,
                        pairs);
}

std::vector<uint8_t> encode_dictionary(int64_t id, bool is_delta, const BatchMetadata& batch,
                                       int64_t body_size) {
  FlatBufferBuilder builder;
  auto header = flat::CreateDictionaryBatch(builder, id, encode(builder, batch), is_delta);
  return finish_message(builder, flat::MessageHeader::DictionaryBatch, header.Union(), body_size);
}

std::vector<uint8_t> encode_footer(const Schema& schema, std::span<const FileBlock> dictionaries,
                                   std::span<const FileBlock> batches, const std::string& zones) {
  FlatBufferBuilder builder;
  OffsetVector<flat::KeyValue> said;
  if (!zones.empty()) said = encode_metadata(builder, {{std::string(kZonesKey), zones}});
  auto encoded_schema = SchemaEncoder(builder).encode(schema);
  auto dictionary_blocks = encode_blocks(builder, dictionaries);
  auto batch_blocks = encode_blocks(builder, batches);
  builder.Finish(flat::CreateFooter(builder, flat::MetadataVersion::V5, encoded_schema,
                                    dictionary_blocks, batch_blocks, said));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace penstock
