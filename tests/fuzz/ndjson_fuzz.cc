// Any bytes as JSON records: never a crash, every column valid, the same rows with threads, and
// what is written as NDJSON reads back the same.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/json/reader.h"
#include "libcore/text/write/writer.h"

namespace penstock {
namespace {

OperatorPtr open_text(const std::string& text, const TextReadOptions& options) {
  return open_ndjson(std::make_unique<PeekableSource>(source_from_bytes(text, "input")), options);
}

// All rows as NDJSON, or the error.
std::string outcome(const std::string& text, const TextReadOptions& options, SchemaPtr* schema) {
  std::string out;
  try {
    OperatorPtr reader = open_text(text, options);
    *schema = reader->schema();
    ByteSinkPtr sink = sink_to_string(out);
    TextWriteOptions writing;
    writing.format = Format::kNdjson;
    auto writer = make_text_writer(*sink, reader->schema(), writing);
    while (auto batch = reader->next()) {
      for (const ColumnPtr& column : batch->columns)
        validate(*column);
      writer->write(*batch);
    }
    writer->finish();
  } catch (const Error& error) {
    *schema = nullptr;
    return error.message();
  }
  return out;
}

void read_every_way(const uint8_t* data, size_t size) {
  if (size < 1) return;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  TextReadOptions options;
  options.on_error = static_cast<OnError>(data[0] % 3);
  if ((data[0] & 4) != 0) options.types = {{"a", int64_type()}, {"b", decimal_type(9, 2)}};
  if ((data[0] & 8) != 0) options.types.emplace_back("*", utf8_type());
  if ((data[0] & 16) != 0) options.columns = {"a"};
  SchemaPtr schema;
  std::string rows = outcome(text, options, &schema);
  if (schema == nullptr) return;
  // What was read is what was written, whatever stood in between.
  TextReadOptions again;
  again.schema = schema;
  SchemaPtr same;
  if (outcome(rows, again, &same) != rows) std::abort();
  // Parts hold all rows between them.
  options.schema = nullptr;
  options.partitions = 2;
  std::string parts;
  for (options.partition = 1; options.partition <= 2; ++options.partition) {
    SchemaPtr any;
    parts += outcome(text, options, &any);
  }
  if (parts != rows) std::abort();
}

}  // namespace
}  // namespace penstock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::read_every_way(data, size);
  return 0;
}
