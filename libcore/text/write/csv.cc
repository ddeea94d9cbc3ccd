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
  CsvWriter(ByteSink& sink, SchemaPtr schema, char delimiter, bool header)
      : out_(sink), schema_(std::move(schema)), delimiter_(delimiter) {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw Error::usage("a quote or a line end cannot be the delimiter");
    }
    if (schema_->size() == 0) {
      throw Error("rows without columns cannot be written as csv; use -t ndjson");
    }
    if (header) write_header();
  }

  void write(const Batch& batch) override {
    if (batch.rows == 0) return;  // the header waits for rows, or the end
    int64_t row_room = (kMaxCellBytes + 1) * static_cast<int64_t>(schema_->size());
    cells_.clear();
    for (const ColumnPtr& column : batch.columns) {
      cells_.push_back(make_csv_cells(column, delimiter_, row_room));
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
      append_csv_field(line, field.name, delimiter_);
    }
    line += '\n';
    out_.append(line);
  }

  char* write_row(int64_t row, char* at) {
    for (const Cells& cells : cells_) {
      if (!cells.is_null(row)) at = cells.append(row, at, out_);
      *at++ = delimiter_;
    }
    at[-1] = '\n';
    return at;
  }

  OutputText out_;
  SchemaPtr schema_;
  char delimiter_;
  std::vector<Cells> cells_;
};

}  // namespace

std::unique_ptr<TextWriter> make_csv_writer(ByteSink& sink, SchemaPtr schema,
                                            const TextWriteOptions& options) {
  char delimiter = options.format == Format::kTsv ? '\t' : options.delimiter;
  return std::make_unique<CsvWriter>(sink, std::move(schema), delimiter, options.header);
}

}  // namespace penstock
