#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/text/write/display_width.h"
#include "libcore/text/write/output_text.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

// One table, for a page around it.
class HtmlWriter : public TextWriter {
 public:
  HtmlWriter(ByteSink& sink, const Schema& schema, const TextWriteOptions& options)
      : out_(sink), null_text_(options.null_text.value_or("")) {
    line_ = "<table>\n";
    if (options.header) {
      line_ += "<thead>\n<tr>";
      for (const Field& field : schema.fields())
        append_cell("th", field.name);
      line_ += "</tr>\n</thead>\n";
    }
    out_.append(line_ + "<tbody>\n");
  }

  void write(const Batch& batch) override {
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& column : batch.columns)
      columns.push_back(decode_dictionary(column));
    for (int64_t row = 0; row < batch.rows; ++row) {
      line_ = "<tr>";
      for (const ColumnPtr& column : columns) {
        value_ = null_text_;
        if (!column->is_null(row)) {
          value_.clear();
          append_text(value_, *column, row);
        }
        append_cell("td", value_);
      }
      out_.append(line_ + "</tr>\n");
      out_.end(out_.between_rows(out_.begin()));
    }
  }

  void finish() override {
    out_.append("</tbody>\n</table>\n");
    out_.flush();
  }

 private:
  void append_cell(const char* element, std::string_view text) {
    line_ += '<';
    line_ += element;
    line_ += '>';
    escaped_.clear();
    for (char c : text)
      append_escaped(c);
    append_visible(line_, escaped_);
    line_ += "</";
    line_ += element;
    line_ += '>';
  }

  void append_escaped(char c) {
    switch (c) {
      case '&':
        escaped_ += "&amp;";
        break;
      case '<':
        escaped_ += "&lt;";
        break;
      case '>':
        escaped_ += "&gt;";
        break;
      case '"':
        escaped_ += "&quot;";
        break;
      case '\'':
        escaped_ += "&#39;";
        break;
      case '\n':
        escaped_ += "<br>";
        break;
      case '\r':
        break;
      default:
        escaped_ += c;
    }
  }

  OutputText out_;
  std::string null_text_;
  std::string line_;
  std::string value_;
  std::string escaped_;
};

}  // namespace

std::unique_ptr<TextWriter> make_html_writer(ByteSink& sink, const SchemaPtr& schema,
                                             const TextWriteOptions& options) {
  return std::make_unique<HtmlWriter>(sink, *schema, options);
}

}  // namespace penstock
