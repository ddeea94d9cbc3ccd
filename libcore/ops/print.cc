#include "libcore/ops/print.h"

#include <utility>

namespace penstock {
namespace {

template <typename Writer>
class FormatWriter : public RowWriter {
 public:
  FormatWriter(std::unique_ptr<Writer> writer, bool writes_empty)
      : writer_(std::move(writer)), writes_empty_(writes_empty) {}
  void write(const Batch& batch) override {
    if (batch.rows != 0 || writes_empty_) writer_->write(batch);
  }
  void finish() override { writer_->finish(); }

 private:
  std::unique_ptr<Writer> writer_;
  bool writes_empty_;
};

}  // namespace

std::unique_ptr<RowWriter> make_row_writer(ByteSink& sink, const SchemaPtr& schema,
                                           const PrintOptions& options) {
  if (options.format == Format::kArrow) {
    return std::make_unique<FormatWriter<IpcWriter>>(make_ipc_writer(sink, schema, options.ipc),
                                                     true);
  }
  if (options.format == Format::kParquet) {
    return std::make_unique<FormatWriter<ParquetWriter>>(make_parquet_writer(sink, schema), false);
  }
  TextWriteOptions text = options.text;
  text.format = options.format;
  if (text.format == Format::kTsv) text.delimiter = '\t';
  return std::make_unique<FormatWriter<TextWriter>>(make_text_writer(sink, schema, text), false);
}

int64_t print(Operator& input, ByteSink& sink, const PrintOptions& options) {
  std::unique_ptr<RowWriter> writer = make_row_writer(sink, input.schema(), options);
  int64_t rows = 0;
  while (std::optional<Batch> batch = input.next()) {
    rows += batch->rows;
    writer->write(*batch);
  }
  writer->finish();
  sink.finish();
  return rows;
}

}  // namespace penstock
