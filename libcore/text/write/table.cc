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

// Columns are as wide as these first rows need; later rows use the same widths, and are out of line
// where they need more.
constexpr int64_t kMeasuredRows = 1000;

constexpr std::string_view kEllipsis = "…";
// Behind names of columns that are not all.
constexpr std::string_view kMoreNames = ", …";

class TableWriter : public TextWriter {
 public:
  TableWriter(ByteSink& sink, SchemaPtr schema, const TextWriteOptions& options)
      : out_(sink),
        schema_(std::move(schema)),
        options_(options),
        null_text_(options.null_text.value_or(kNullWord)),
        style_(options.color) {
    for (const Field& field : schema_->fields()) {
      names_.emplace_back();
      append_visible(names_.back(), field.name);
      numeric_.push_back(is_numeric(plain(field.type)->id));
    }
  }

  void write(const Batch& batch) override {
    rows_ += batch.rows;
    Batch decoded = batch;
    for (ColumnPtr& column : decoded.columns)
      column = decode_dictionary(column);
    if (measured_) {
      print(decoded);
    } else {
      held_.push_back(std::move(decoded));
      if (rows_ < kMeasuredRows) return;
      print_held();
    }
    out_.flush();
  }

  void finish() override {
    if (!measured_) print_held();
    if (names_.empty()) out_.append(fmt::format("({} rows without columns)\n", rows_));
    print_left_out();
    out_.flush();
  }

 private:
  void print_held() {
    measure();
    if (options_.header && !names_.empty()) print_header();
    for (const Batch& batch : held_)
      print(batch);
    held_.clear();
  }

  void measure() {
    std::vector<ColumnWidths> columns;
    for (size_t i = 0; i < names_.size(); ++i) {
      ColumnWidths& widths = columns.emplace_back();
      widths.numeric = numeric_[i];
      if (options_.header) widths.header = display_width(names_[i]);
      int64_t left = kMeasuredRows;
      for (const Batch& batch : held_) {
        for (int64_t row = 0; row < batch.rows && left > 0; ++row, --left) {
          set_cell(*batch.columns[i], row);
          widths.values = std::max(widths.values, display_width(cell_));
        }
      }
    }
    widths_ = lay_out_table(columns, options_.width);
    measured_ = true;
  }

  void print_header() {
    std::string rule;
    for (size_t i = 0; i < widths_.size(); ++i) {
      cell_ = names_[i];
      append_cell(i, TableStyle::Part::kHeader, true);
      if (i != 0) rule.append(static_cast<size_t>(kTableGap), ' ');
      rule.append(static_cast<size_t>(widths_[i]), '-');
    }
    end_line();
    out_.append(rule + "\n");
  }

  void print(const Batch& batch) {
    if (names_.empty()) return;
    for (int64_t row = 0; row < batch.rows; ++row) {
      for (size_t i = 0; i < widths_.size(); ++i) {
        const Column& column = *batch.columns[i];
        set_cell(column, row);
        append_cell(i, part_of(i, column.is_null(row)), !numeric_[i]);
      }
      end_line();
    }
  }

  void set_cell(const Column& column, int64_t row) {
    cell_.clear();
    if (column.is_null(row)) {
      cell_ = null_text_;
      return;
    }
    value_.clear();
    append_text(value_, column, row);
    append_visible(cell_, value_);
  }

  TableStyle::Part part_of(size_t i, bool is_null) const {
    if (is_null) return TableStyle::Part::kNull;
    return numeric_[i] ? TableStyle::Part::kNumber : TableStyle::Part::kText;
  }

  // Puts cell_ into column i of the line. Text is cut on a terminal alone.
  void append_cell(size_t i, TableStyle::Part part, bool may_cut) {
    int64_t width = display_width(cell_);
    if (may_cut && options_.width && width > widths_[i]) {
      cell_.resize(prefix_of_width(cell_, widths_[i] - 1).size());
      cell_ += kEllipsis;
      width = display_width(cell_);
    }
    auto padding = static_cast<size_t>(std::max<int64_t>(widths_[i] - width, 0));
    if (i != 0) line_.append(static_cast<size_t>(kTableGap), ' ');
    if (numeric_[i]) line_.append(padding, ' ');
    style_.append(line_, part, cell_);
    if (!numeric_[i] && i + 1 < widths_.size()) line_.append(padding, ' ');
  }

  void end_line() {
    line_ += '\n';
    out_.append(line_);
    line_.clear();
    out_.end(out_.between_rows(out_.begin()));
  }

  // Writes one line with as many of the columns that are not shown as fit.
  void print_left_out() {
    if (widths_.size() == names_.size()) return;
    const size_t count = names_.size() - widths_.size();
    const char* plural = count == 1 ? "" : "s";
    std::string line = fmt::format("{} more column{} not shown", count, plural);
    if (!append_left_out(line)) {
      line = fmt::format("+{} column{}", count, plural);
      append_left_out(line);
    }
    out_.append(line + "\n");
  }

  // Returns false when there is no room for a name; then `line` does not change.
  bool append_left_out(std::string& line) const {
    const int64_t room = options_.width.value_or(0);
    for (size_t i = widths_.size(); i < names_.size(); ++i) {
      const bool is_first = i == widths_.size();
      const std::string named = (is_first ? ": " : ", ") + names_[i];
      const int64_t after = i + 1 == names_.size() ? 0 : display_width(kMoreNames);
      if (display_width(line) + display_width(named) + after > room) {
        if (!is_first) line += kMoreNames;
        return !is_first;
      }
      line += named;
    }
    return true;
  }

  OutputText out_;
  SchemaPtr schema_;
  TextWriteOptions options_;
  std::string null_text_;
  TableStyle style_;
  std::vector<std::string> names_;
  std::vector<bool> numeric_;
  std::vector<int64_t> widths_;
  std::vector<Batch> held_;
  bool measured_ = false;
  int64_t rows_ = 0;
  std::string line_;
  std::string cell_;
  std::string value_;
};

}  // namespace

std::unique_ptr<TextWriter> make_table_writer(ByteSink& sink, SchemaPtr schema,
                                              const TextWriteOptions& options) {
  return std::make_unique<TableWriter>(sink, std::move(schema), options);
}

}  // namespace penstock
