// Any bytes as lines of the forms beside CSV, and as compressed data: never a crash, every column
// valid, and the same rows whatever the chunks.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "libcore/ops/scan/pattern_lines.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// All rows as text, or the error.
std::string outcome_of_lines(const std::string& text, const CsvReadOptions& options) {
  std::string result;
  try {
    auto source = std::make_unique<PeekableSource>(source_from_bytes(text, "input"));
    OperatorPtr reader = open_csv(std::move(source), options);
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

void set_form(uint8_t choice, CsvReadOptions& options) {
  static const LineSplitterPtr kPattern =
      make_pattern_splitter("(?<a>\\w*)[ :]+(?<b>[^ ]*)|(?<c>.)$");
  switch (choice % 6) {
    case 0:
      options.widths = {1 + choice % 7, 3, kRestOfLine};
      break;
    case 1:
      options.widths = {2, 1 + choice % 5};
      break;
    case 2:
      options.pairs = ' ';
      options.schema = make_schema({{"a", int64_type(), true, {}}, {"b", utf8_type(), true, {}}});
      break;
    case 3:
      options.splitter = kPattern;
      break;
    default:
      options.splitter = make_log_splitter(choice % 6 == 5);
      options.date_format = kLogTimeFormat;
  }
}

void read_lines(const uint8_t* data, size_t size) {
  CsvReadOptions options;
  set_form(data[0], options);
  options.header = false;
  options.on_error = static_cast<OnError>(data[1] % 3);
  // A small chunk samples less, so types are given.
  if (data[0] % 6 < 4 && !options.schema) options.types = {{"*", utf8_type()}};
  const std::string text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::string whole = outcome_of_lines(text, options);
  options.chunk_bytes = 1 + data[2];
  if (outcome_of_lines(text, options) != whole) std::abort();
  if (options.schema == nullptr) options.types.clear();
  if (options.pairs) options.schema = nullptr;
  outcome_of_lines(text, options);
}

void decompress_bytes(const uint8_t* data, size_t size) {
  constexpr int64_t kMostBytes = int64_t{1} << 20;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    auto source = open_unwrapped(source_from_bytes(bytes, "input"), int64_t{1} << 16);
    std::string out(4096, '\0');
    int64_t read = 0;
    while (read < kMostBytes) {
      const int64_t count = source->read(out.data(), std::ssize(out));
      if (count == 0) break;
      read += count;
    }
  } catch (const Error&) {
    return;
  }
}

}  // namespace
}  // namespace penstock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  penstock::read_lines(data, size);
  penstock::decompress_bytes(data + 1, size - 1);
  return 0;
}
