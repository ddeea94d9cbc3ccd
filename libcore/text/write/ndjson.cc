#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/value_text.h"
#include "libcore/text/write/cell_text.h"
#include "libcore/text/write/writers.h"

namespace penstock {
namespace {

// NDJSON and JSON: an object a line, in an array with commas between.
class JsonWriter : public TextWriter {
 public:
  JsonWriter(ByteSink& sink, SchemaPtr schema, bool is_array)
      : out_(sink), schema_(std::move(schema)), is_array_(is_array) {
    for (const Field& field : schema_->fields()) {
      std::string key(1, keys_.empty() ? '{' : ',');
      append_json_string(key, field.name);
      key += ':';
      row_room_ += static_cast<int64_t>(key.size()) + kMaxCellBytes;
      keys_.push_back(std::move(key));
    }
  }

  void write(const Batch& batch) override {
    cells_.clear();
    for (const ColumnPtr& column : batch.columns) {
      cells_.push_back(make_json_cells(column, row_room_));
    }
    char* at = out_.begin();
    for (int64_t row = 0; row < batch.rows; ++row) {
      at = out_.room(at, row_room_);
      if (is_array_) at = copy(at, is_begun_ ? ",\n" : "[\n");
      is_begun_ = true;
      at = write_row(row, at);
      at = out_.between_rows(at);
    }
    out_.end(at);
    if (!is_array_) out_.flush();
  }

  void finish() override {
    if (is_array_) out_.append(is_begun_ ? "\n]\n" : "[]\n");
    out_.flush();
  }

 private:
  static char* copy(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }

  char* write_row(int64_t row, char* at) {
    if (cells_.empty()) *at++ = '{';
    for (size_t i = 0; i < cells_.size(); ++i) {
      at = copy(at, keys_[i]);
      at = cells_[i].is_null(row) ? copy(at, "null") : cells_[i].append(row, at, out_);
    }
    at = copy(at, "}\n");
    return is_array_ ? at - 1 : at;
  }

  OutputText out_;
  SchemaPtr schema_;
  std::vector<std::string> keys_;  // with what stands before and after them: `{"a":`, `,"b":`
  int64_t row_room_ = kMaxCellBytes;
  std::vector<Cells> cells_;
  bool is_array_;
  bool is_begun_ = false;
};

}  // namespace

std::unique_ptr<TextWriter> make_json_writer(ByteSink& sink, SchemaPtr schema, Format format) {
  return std::make_unique<JsonWriter>(sink, std::move(schema), format == Format::kJson);
}

}  // namespace penstock
