#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/text/write/output_text.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

// A null is an empty line.
class LineWriter : public TextWriter {
 public:
  LineWriter(ByteSink& sink, const Schema& schema) : out_(sink) {
    if (schema.size() != 1) {
      throw Error(
          fmt::format("format lines takes exactly one text column, not {} columns; choose "
                      "one with pproject, or use -t csv",
                      schema.size()));
    }
    const Field& field = schema[0];
    if (!is_variable_bytes(plain(field.type)->id)) {
      throw Error(
          fmt::format("format lines takes a text column, but '{}' is {}; cast it with "
                      "pproject '{}::text', or use -t csv",
                      field.name, field.type->to_string(), field.name));
    }
  }

  void write(const Batch& batch) override {
    ColumnPtr column = plain(batch.columns[0]);
    char* at = out_.begin();
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::string_view line = column->is_null(row) ? std::string_view() : column->bytes_at(row);
      if (line.find('\n') != line.npos) {
        throw Error(
            fmt::format("row {} cannot be written as a line: '{}' holds a newline; use -t "
                        "csv or -t ndjson",
                        rows_ + row + 1, printable(line)));
      }
      at = out_.room(at, static_cast<int64_t>(line.size()) + 1);
      at = std::copy(line.begin(), line.end(), at);
      *at++ = '\n';
      at = out_.between_rows(at);
    }
    out_.end(at);
    out_.flush();
    rows_ += batch.rows;
  }

  void finish() override { out_.flush(); }

 private:
  OutputText out_;
  int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<TextWriter> make_line_writer(ByteSink& sink, const SchemaPtr& schema) {
  return std::make_unique<LineWriter>(sink, *schema);
}

}  // namespace penstock
