#include "libcore/text/text_writer.h"

#include <utility>

#include "libcore/base/check.h"
#include "libcore/text/text_writers.h"

namespace penstock {

std::unique_ptr<TextWriter> make_text_writer(ByteSink& sink, SchemaPtr schema,
                                             const TextWriteOptions& options) {
  switch (options.format) {
    case Format::kCsv:
    case Format::kTsv:
      return make_csv_writer(sink, std::move(schema), options);
    case Format::kNdjson:
      return make_ndjson_writer(sink, std::move(schema));
    case Format::kLines:
      return make_line_writer(sink, schema);
    case Format::kTable:
      return make_table_writer(sink, std::move(schema), options);
    case Format::kMarkdown:
      return make_markdown_writer(sink, std::move(schema), options);
    case Format::kArrow:
      break;
  }
  PENSTOCK_CHECK(options.format != Format::kArrow);
  return nullptr;
}

}  // namespace penstock
