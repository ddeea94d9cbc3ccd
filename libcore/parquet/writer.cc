#include "libcore/parquet/writer.h"

#include <exception>
#include <utility>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/error.h"
#include "libcore/parquet/plugin.h"

namespace penstock {
namespace {

class PluginWriter : public ParquetWriter {
 public:
  PluginWriter(ByteSink& sink, const SchemaPtr& schema, const ParquetWriteOptions& options)
      : plugin_(parquet_plugin()), sink_(sink) {
    Released<ArrowSchema> exported;
    export_schema(*schema, exported.get());
    const ParquetSink bytes{this, &PluginWriter::write_bytes};
    const ParquetWriteLimits limits{options.codec, options.row_group_rows, options.row_group_bytes};
    char* error = nullptr;
    require(plugin_.open_writer(&bytes, exported.get(), &limits, &writer_, &error), error);
  }
  ~PluginWriter() override {
    if (writer_ != nullptr) plugin_.close_writer(writer_);
  }

  void write(const Batch& batch) override {
    if (batch.rows == 0) return;
    Released<ArrowArray> rows;
    export_batch(batch, rows.get());
    char* error = nullptr;
    require(plugin_.write(writer_, rows.get(), &error), error);
  }

  void finish() override {
    char* error = nullptr;
    require(plugin_.finish(writer_, &error), error);
  }

 private:
  static int32_t write_bytes(void* context, const uint8_t* bytes, int64_t size) {
    auto* writer = static_cast<PluginWriter*>(context);
    if (writer->failure_) return 1;
    try {
      writer->sink_.write({reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)});
      return 0;
    } catch (...) {
      writer->failure_ = std::current_exception();
      return 1;
    }
  }

  // Throws what `status` stands for: the failure of our own sink, or the plugin's text.
  void require(int32_t status, char* const& error) {
    try {
      require_parquet(status, error);
    } catch (const Error& failed) {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      throw Error(sink_.name() + ": " + failed.message());
    }
  }

  const ParquetInterface& plugin_;
  ByteSink& sink_;
  std::exception_ptr failure_;  // of the sink, inside a call
  ParquetPluginWriter* writer_ = nullptr;
};

}  // namespace

std::unique_ptr<ParquetWriter> make_parquet_writer(ByteSink& sink, const SchemaPtr& schema,
                                                   const ParquetWriteOptions& options) {
  return std::make_unique<PluginWriter>(sink, schema, options);
}

}  // namespace penstock
