#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/text/write/display_width.h"
#include "libcore/text/write/output_text.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

// A pipe table in the form that GitHub and most other Markdown accept; a null is an empty cell.
class MarkdownWriter : public TextWriter {
 public:
  MarkdownWriter(ByteSink& sink, SchemaPtr schema, const TextWriteOptions& options)
      : out_(sink), schema_(std::move(schema)), null_text_(options.null_text.value_or("")) {
    if (!options.header) throw Error::usage("a Markdown table always has a header");
    if (schema_->size() == 0) {
      throw Error("rows without columns cannot be written as markdown; use -t ndjson");
    }
    std::string names;
    std::string rule;
    for (const Field& field : schema_->fields()) {
      names += "| ";
      append_escaped(names, field.name);
      names += ' ';
      rule += is_numeric(plain(field.type)->id) ? "| ---: " : "| --- ";
    }
    out_.append(names + "|\n" + rule + "|\n");
  }

  void write(const Batch& batch) override {
    if (batch.rows == 0) return;  // the header waits for rows, or the end
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& column : batch.columns)
      columns.push_back(decode_dictionary(column));
    for (int64_t row = 0; row < batch.rows; ++row) {
      line_.clear();
      for (const ColumnPtr& column : columns)
        append_cell(*column, row);
      line_ += "|\n";
      out_.append(line_);
      out_.end(out_.between_rows(out_.begin()));
    }
    out_.flush();
  }

  void finish() override { out_.flush(); }

 private:
  void append_cell(const Column& column, int64_t row) {
    line_ += "| ";
    const bool is_null = column.is_null(row);
    if (is_null && null_text_.empty()) return;
    value_ = null_text_;
    if (!is_null) {
      value_.clear();
      append_text(value_, column, row);
    }
    append_escaped(line_, value_);
    line_ += ' ';
  }

  // A bar would end the cell, a newline the row.
  static void append_escaped(std::string& out, std::string_view text) {
    std::string marked;
    for (char c : text) {
      if (c == '\n') {
        marked += "<br>";
        continue;
      }
      if (c == '|' || c == '\\') marked += '\\';
      if (c != '\r') marked += c;
    }
    append_visible(out, marked);
  }

  OutputText out_;
  SchemaPtr schema_;
  std::string null_text_;
  std::string line_;
  std::string value_;
};

}  // namespace

std::unique_ptr<TextWriter> make_markdown_writer(ByteSink& sink, SchemaPtr schema,
                                                 const TextWriteOptions& options) {
  return std::make_unique<MarkdownWriter>(sink, std::move(schema), options);
}

}  // namespace penstock
