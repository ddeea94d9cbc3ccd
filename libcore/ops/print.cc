#include "libcore/ops/print.h"

#include "libcore/base/error.h"

namespace penstock {
namespace {

template <typename Writer>
int64_t write_all(Operator& input, Writer& writer) {
  int64_t rows = 0;
  while (std::optional<Batch> batch = input.next()) {
    rows += batch->rows;
    writer.write(*batch);
  }
  writer.finish();
  return rows;
}

}  // namespace

int64_t print(Operator& input, ByteSink& sink, const PrintOptions& options) {
  int64_t rows = 0;
  if (options.format == Format::kArrow) {
    rows = write_all(input, *make_ipc_writer(sink, input.schema(), options.ipc));
  } else {
    TextWriteOptions text = options.text;
    text.format = options.format;
    if (text.format == Format::kTsv) text.delimiter = '\t';
    rows = write_all(input, *make_text_writer(sink, input.schema(), text));
  }
  sink.finish();
  return rows;
}

}  // namespace penstock
