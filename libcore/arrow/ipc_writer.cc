#include "libcore/arrow/ipc_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "libcore/arrow/dictionary_writer.h"
#include "libcore/arrow/file_zones.h"
#include "libcore/arrow/ipc_file.h"
#include "libcore/arrow/message.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/data/zones/zone_builder.h"

namespace penstock {
namespace {

constexpr uint8_t kPadding[kBufferAlignment] = {};

std::vector<size_t> columns_with_zones(const Schema& schema, const std::vector<size_t>& further) {
  std::vector<size_t> columns = further;
  for (size_t k = 0; k < std::min(schema.size(), kZoneColumns); ++k)
    columns.push_back(k);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

class IpcWriterOnSink : public IpcWriter {
 public:
  IpcWriterOnSink(ByteSink& sink, SchemaPtr schema, const IpcWriteOptions& options)
      : sink_(sink),
        schema_(std::move(schema)),
        options_(options),
        dictionaries_(options.file, [this](int64_t id, bool is_delta, const Column& values) {
          write_dictionary(id, is_delta, values);
        }) {
    if (options_.file && options_.zones)
      zones_.emplace(schema_, columns_with_zones(*schema_, options_.zone_columns));
    std::vector<uint8_t> beginning;
    if (options_.file) {
      beginning.assign(kFileMagic, kFileMagic + kFileMagicBytes);
      beginning.resize(static_cast<size_t>(kFileHeaderBytes));
    }
    auto at = static_cast<int64_t>(beginning.size());
    std::vector<uint8_t> message = frame_metadata(encode_schema(*schema_), at);
    beginning.insert(beginning.end(), message.begin(), message.end());
    write_bytes(beginning.data(), static_cast<int64_t>(beginning.size()));
  }

  void write(const Batch& batch) override {
    PENSTOCK_CHECK(batch.columns.size() == schema_->size());
    dictionaries_.prepare(batch);
    ColumnEncoder encoder(batch.rows, options_.compression, dictionaries_, 0);
    for (const ColumnPtr& column : batch.columns)
      encoder.add(*column);
    if (encoder.body_size() > kMaxMessageBodyBytes) return write_halves(batch);
    FileBlock block = write_message(
        encode_batch(encoder.metadata(), encoder.body_size(), batch.metadata.get()), encoder);
    if (options_.file) batch_blocks_.push_back(block);
    add_zone(batch);
  }

  void finish() override {
    std::vector<uint8_t> end(kEndMarker, kEndMarker + sizeof kEndMarker);
    if (options_.file) {
      std::vector<uint8_t> footer =
          encode_footer(*schema_, dictionary_blocks_, batch_blocks_,
                        zones_ ? encode_file_zones(zones_->finish(), *schema_) : std::string());
      auto size = static_cast<int32_t>(footer.size());
      end.insert(end.end(), footer.begin(), footer.end());
      end.resize(end.size() + sizeof size);
      std::memcpy(end.data() + end.size() - sizeof size, &size, sizeof size);
      end.insert(end.end(), kFileMagic, kFileMagic + kFileMagicBytes);
    }
    write_bytes(end.data(), static_cast<int64_t>(end.size()));
  }

 private:
  void add_zone(const Batch& batch) {
    if (batch.metadata != nullptr || batch.rows == 0) zones_.reset();
    if (!zones_) return;
    zones_->add(batch);
    zones_->end_zone();
  }

  // Readers limit the size of a message; so do ours.
  void write_halves(const Batch& batch) {
    if (batch.rows == 1) {
      throw Error(fmt::format("{}: a row of more than {} bytes cannot be written", sink_.name(),
                              kMaxMessageBodyBytes));
    }
    int64_t half = batch.rows / 2;
    write(slice(batch, 0, half));
    Batch last = slice(batch, half, batch.rows - half);
    last.metadata = batch.metadata;
    write(last);
  }

  void write_dictionary(int64_t id, bool is_delta, const Column& values) {
    ColumnEncoder encoder(values.length, options_.compression, dictionaries_, id + 1);
    encoder.add(values);
    if (encoder.body_size() > kMaxMessageBodyBytes) {
      throw Error(fmt::format("{}: a dictionary of more than {} bytes cannot be written",
                              sink_.name(), kMaxMessageBodyBytes));
    }
    FileBlock block = write_message(
        encode_dictionary(id, is_delta, encoder.metadata(), encoder.body_size()), encoder);
    if (options_.file) dictionary_blocks_.push_back(block);
  }

  // One write for all: the metadata and every buffer from where it lies.
  FileBlock write_message(const std::vector<uint8_t>& metadata, const ColumnEncoder& encoder) {
    std::vector<uint8_t> framed = frame_metadata(metadata, position_);
    auto metadata_size = static_cast<int64_t>(framed.size());
    ranges_.clear();
    ranges_.push_back({framed.data(), metadata_size});
    for (const Buffer& buffer : encoder.buffers()) {
      if (buffer.empty()) continue;
      ranges_.push_back({buffer.data(), buffer.size()});
      int64_t padding = -buffer.size() & (kBufferAlignment - 1);
      if (padding != 0) ranges_.push_back({kPadding, padding});
    }
    FileBlock block{position_, metadata_size, encoder.body_size()};
    sink_.write(ranges_);
    position_ += metadata_size + encoder.body_size();
    return block;
  }

  void write_bytes(const uint8_t* bytes, int64_t size) {
    ByteRange range{bytes, size};
    sink_.write({&range, 1});
    position_ += size;
  }

  ByteSink& sink_;
  SchemaPtr schema_;
  IpcWriteOptions options_;
  DictionaryWriter dictionaries_;
  int64_t position_ = 0;  // bytes written
  std::vector<ByteRange> ranges_;
  std::vector<FileBlock> dictionary_blocks_;
  std::vector<FileBlock> batch_blocks_;
  std::optional<ZoneBuilder> zones_;  // empty for none
};

}  // namespace

std::unique_ptr<IpcWriter> make_ipc_writer(ByteSink& sink, SchemaPtr schema,
                                           const IpcWriteOptions& options) {
  return std::make_unique<IpcWriterOnSink>(sink, std::move(schema), options);
}

}  // namespace penstock
