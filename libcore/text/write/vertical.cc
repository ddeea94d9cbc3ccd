#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/text/write/display_width.h"
#include "libcore/text/write/output_text.h"
#include "libcore/text/write/table_layout.h"
#include "libcore/text/write/table_style.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

// A row as a block: a line of name and value for each column.
class VerticalWriter : public TextWriter {
 public:
  VerticalWriter(ByteSink& sink, const Schema& schema, const TextWriteOptions& options)
      : out_(sink), null_text_(options.null_text.value_or(kNullWord)), style_(options.color) {
    int64_t widest = 0;
    for (const Field& field : schema.fields()) {
      append_visible(labels_.emplace_back(), field.name);
      widest = std::max(widest, display_width(labels_.back()));
      const bool is_number = is_numeric(plain(field.type)->id);
      parts_.push_back(is_number ? TableStyle::Part::kNumber : TableStyle::Part::kText);
    }
    for (std::string& label : labels_) {
      const int64_t padding = widest + kTableGap - display_width(label);
      std::string styled;
      style_.append(styled, TableStyle::Part::kHeader, label);
      label = styled + std::string(static_cast<size_t>(padding), ' ');
    }
  }

  void write(const Batch& batch) override {
    rows_ += batch.rows;
    if (labels_.empty()) return;
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& column : batch.columns)
      columns.push_back(decode_dictionary(column));
    for (int64_t row = 0; row < batch.rows; ++row) {
      text_.assign(is_begun_ ? 1 : 0, '\n');
      is_begun_ = true;
      for (size_t i = 0; i < columns.size(); ++i)
        append_line(i, *columns[i], row);
      out_.append(text_);
      out_.end(out_.between_rows(out_.begin()));
    }
    out_.flush();
  }

  void finish() override {
    if (labels_.empty()) out_.append(fmt::format("({} rows without columns)\n", rows_));
    out_.flush();
  }

 private:
  void append_line(size_t i, const Column& column, int64_t row) {
    text_ += labels_[i];
    if (column.is_null(row)) {
      style_.append(text_, TableStyle::Part::kNull, null_text_);
    } else {
      value_.clear();
      append_text(value_, column, row);
      shown_.clear();
      append_visible(shown_, value_);
      style_.append(text_, parts_[i], shown_);
    }
    text_ += '\n';
  }

  OutputText out_;
  std::string null_text_;
  TableStyle style_;
  std::vector<std::string> labels_;      // names with the blanks behind them
  std::vector<TableStyle::Part> parts_;  // of their values
  bool is_begun_ = false;
  int64_t rows_ = 0;
  std::string text_;
  std::string value_;
  std::string shown_;
};

}  // namespace

std::unique_ptr<TextWriter> make_vertical_writer(ByteSink& sink, const SchemaPtr& schema,
                                                 const TextWriteOptions& options) {
  return std::make_unique<VerticalWriter>(sink, *schema, options);
}

}  // namespace penstock
