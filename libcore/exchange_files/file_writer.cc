#include "libcore/exchange_files/file_writer.h"

#include <utility>

#include "libcore/base/checksum.h"

namespace penstock {

// Adds up the bytes that it passes on.
class FileWriter::SummedSink : public ByteSink {
 public:
  SummedSink(ByteSinkPtr below, std::function<void(int64_t)> on_bytes)
      : below_(std::move(below)), on_bytes_(std::move(on_bytes)) {}

  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override {
    int64_t bytes = 0;
    for (const ByteRange& range : ranges) {
      checksum_.add(range.data, range.size);
      bytes += range.size;
    }
    bytes_ += bytes;
    if (on_bytes_) on_bytes_(bytes);
    below_->write(ranges);
  }
  void finish() override { below_->finish(); }
  const std::string& name() const override { return below_->name(); }

  int64_t bytes() const { return bytes_; }
  uint64_t checksum() const { return checksum_.value(); }

 private:
  ByteSinkPtr below_;
  std::function<void(int64_t)> on_bytes_;
  Checksum checksum_;
  int64_t bytes_ = 0;
};

FileWriter::FileWriter(const std::string& path, const SchemaPtr& schema,
                       std::function<void(int64_t)> on_bytes)
    : sink_(std::make_unique<SummedSink>(open_sink(path), std::move(on_bytes))),
      writer_(make_ipc_writer(*sink_, schema)) {}

FileWriter::~FileWriter() = default;

void FileWriter::write(const Batch& batch) {
  writer_->write(batch);
  rows_ += batch.rows;
}

FileFacts FileWriter::finish() {
  writer_->finish();
  sink_->finish();
  return {rows_, sink_->bytes(), sink_->checksum()};
}

}  // namespace penstock
