#include "libcore/flow/printed_table.h"

#include <utility>

#include "libcore/data/batch.h"
#include "libcore/data/builder.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/write/writer.h"

namespace penstock {

void PrintedTable::text(const std::string& name, const std::vector<std::string>& values) {
  BytesBuilder column;
  for (const std::string& value : values)
    column.append(value);
  add(name, column.finish(utf8_type()));
}

void PrintedTable::numbers(const std::string& name, const std::vector<int64_t>& values,
                           int64_t unit) {
  FixedBuilder<int128_t> column;
  for (int64_t value : values) {
    if (value == 0) {
      column.append_null();
    } else {
      column.append((int128_t{value} * 10 + unit / 2) / unit);
    }
  }
  add(name, column.finish(decimal_type(38, 1)));
}

void PrintedTable::counts(const std::string& name, const std::vector<int64_t>& values) {
  FixedBuilder<int64_t> column;
  for (int64_t value : values)
    column.append(value);
  add(name, column.finish(int64_type()));
}

std::string PrintedTable::print(std::optional<int> width) {
  const int64_t rows = columns_[0]->length;
  SchemaPtr schema = make_schema(std::move(fields_));
  std::string printed;
  ByteSinkPtr sink = sink_to_string(printed);
  TextWriteOptions options;
  options.format = Format::kTable;
  options.width = width;
  auto writer = make_text_writer(*sink, schema, options);
  writer->write({schema, rows, std::move(columns_)});
  writer->finish();
  sink->finish();
  return printed;
}

void PrintedTable::add(const std::string& name, ColumnPtr column) {
  fields_.push_back({name, column->type, true, {}});
  columns_.push_back(std::move(column));
}

}  // namespace penstock
