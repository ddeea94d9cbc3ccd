#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/text/write/cell_text.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

class CsvWriter : public TextWriter {
 public:
  CsvWriter(ByteSink& sink, SchemaPtr schema, CsvStyle style, const TextWriteOptions& options)
      : out_(sink),
        schema_(std::move(schema)),
        style_(std::move(style)),
        delimiter_(style_.delimiter),
        crlf_(options.crlf) {
    if (delimiter_ == '"' || delimiter_ == '\n' || delimiter_ == '\r') {
      throw Error::usage("a quote or a line end cannot be the delimiter");
    }
    if (schema_->size() == 0) {
      throw Error("rows without columns cannot be written as csv; use -t ndjson");
    }
    if (options.header) write_header();
  }

  void write(const Batch& batch) override {
    if (batch.rows == 0) return;  // the header waits for rows, or the end
    const int64_t cell_room = kMaxCellBytes + 1 + std::ssize(style_.null_text);
    const int64_t row_room = cell_room * static_cast<int64_t>(schema_->size()) + 1;
    cells_.clear();
    for (const ColumnPtr& column : batch.columns) {
      cells_.push_back(make_csv_cells(column, style_, row_room));
    }
    char* at = out_.begin();
    for (int64_t row = 0; row < batch.rows; ++row) {
      at = out_.room(at, row_room);
      at = write_row(row, at);
      at = out_.between_rows(at);
    }
    out_.end(at);
    out_.flush();
  }

  void finish() override { out_.flush(); }

 private:
  void write_header() {
    std::string line;
    for (const Field& field : schema_->fields()) {
      if (&field != &schema_->fields().front()) line += delimiter_;
      append_csv_field(line, field.name, style_);
    }
    line += crlf_ ? "\r\n" : "\n";
    out_.append(line);
  }

  char* write_row(int64_t row, char* at) {
    for (const Cells& cells : cells_) {
      if (!cells.is_null(row)) {
        at = cells.append(row, at, out_);
      } else if (!style_.null_text.empty()) {
        at = std::copy(style_.null_text.begin(), style_.null_text.end(), at);
      }
      *at++ = delimiter_;
    }
    at[-1] = '\n';
    if (!crlf_) return at;
    at[-1] = '\r';
    *at++ = '\n';
    return at;
  }

  OutputText out_;
  SchemaPtr schema_;
  const CsvStyle style_;
  const char delimiter_;
  const bool crlf_;
  std::vector<Cells> cells_;
};

}  // namespace

std::unique_ptr<TextWriter> make_csv_writer(ByteSink& sink, SchemaPtr schema,
                                            const TextWriteOptions& options) {
  CsvStyle style;
  style.delimiter = options.format == Format::kTsv ? '\t' : options.delimiter;
  style.quotes = options.quotes;
  style.quote_all = options.quote_all;
  style.null_text = options.null_text.value_or("");
  return std::make_unique<CsvWriter>(sink, std::move(schema), std::move(style), options);
}

}  // namespace penstock
