// Any bytes as CSV: never a crash, every column valid, and the same rows whatever the chunks.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "libcore/text/csv/reader.h"

namespace penstock {
namespace {

// All rows as text, or the error.
std::string outcome(const std::string& text, CsvReadOptions options) {
  std::string result;
  try {
    auto source = std::make_unique<PeekableSource>(source_from_bytes(text, "input"));
    OperatorPtr reader = open_csv(std::move(source), std::move(options));
    while (auto batch = reader->next()) {
      for (const ColumnPtr& column : batch->columns)
        validate(*column);
      for (int64_t row = 0; row < batch->rows; ++row) {
        for (const ColumnPtr& column : batch->columns) {
          append_text(result, *column, row);
          result += column->is_null(row) ? '\1' : '\2';
        }
      }
    }
  } catch (const Error& error) {
    return error.message();
  }
  return result;
}

void read_every_way(const uint8_t* data, size_t size) {
  if (size < 3) return;
  CsvReadOptions options;
  constexpr char kDelimiters[] = {',', ';', '\t', '|', ' ', '\xA7'};
  options.delimiter = kDelimiters[data[0] % sizeof(kDelimiters)];
  options.header = (data[0] & 8) != 0;
  options.quotes = (data[0] & 16) != 0;
  options.trailing_delimiter = (data[0] & 32) != 0;
  options.lines = (data[0] & 192) == 192;
  options.on_error = static_cast<OnError>(data[1] % 3);
  if ((data[1] & 16) != 0) options.escape = '\\';
  if ((data[1] & 32) != 0) {
    options.comment = "#x";
    options.skip = 1;
    options.quote = '\'';
  }
  if ((data[1] & 64) != 0) {
    options.delimiter = "||";
    options.ragged = true;
    options.unique_names = options.header;
    options.style.nulls = {"NA", "1"};
    options.style.decimal_comma = true;
  }
  options.date_format = (data[1] & 128) != 0 ? "%d/%m/%y" : "";
  std::string text(reinterpret_cast<const char*>(data) + 3, size - 3);
  // A small chunk samples less, so types are given.
  options.types = {{"*", (data[1] & 8) != 0 ? utf8_type() : float64_type()}};
  if (!options.header) options.names = {"x", "y"};
  std::string whole = outcome(text, options);
  options.chunk_bytes = 1 + data[2];
  if (outcome(text, options) != whole) std::abort();
  options.types.clear();
  options.names.clear();
  outcome(text, options);
}

}  // namespace
}  // namespace penstock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::read_every_way(data, size);
  return 0;
}
