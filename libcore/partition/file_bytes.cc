#include "libcore/partition/file_bytes.h"

#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Makes of objects, one a line, what stands for them in an array: a row's text has no line end.
void separate_objects(std::string& lines, bool is_first) {
  std::string items = is_first ? "[\n" : ",\n";
  for (char c : lines) {
    if (c == '\n') items += ',';
    items += c;
  }
  items.resize(items.size() - 2);
  lines = std::move(items);
}

}  // namespace

FileBytes::FileBytes(const SchemaPtr& schema, const PrintOptions& print, std::string path)
    : schema_(schema), print_(print), path_(std::move(path)), sink_(sink_to_string(piece_)) {
  if (is_for_people(print.format)) {
    throw Error::usage("files of rows are written as arrow, csv, tsv, ndjson, json or lines, not " +
                       std::string(name_of(print.format)));
  }
  if (has_types(print.format)) return;
  PrintOptions body = print;
  if (print.format == Format::kJson) {
    body.format = Format::kNdjson;
  } else {
    make_row_writer(*sink_, schema, print)->finish();
    beginning_ = std::exchange(piece_, {});
  }
  body.text.header = false;
  rows_ = make_row_writer(*sink_, schema, body);
}

std::string_view FileBytes::piece(int64_t file, const Batch& rows) {
  piece_.clear();
  const bool is_new = file == files_;
  files_ += is_new ? 1 : 0;
  if (has_types(print_.format)) {
    if (is_new) streams_.push_back(make_row_writer(*sink_, schema_, print_));
    streams_[static_cast<size_t>(file)]->write(rows);
    return packed();
  }
  if (is_new) piece_ = beginning_;
  rows_->write(rows);
  if (print_.format == Format::kJson) separate_objects(piece_, is_new);
  return packed();
}

std::string_view FileBytes::end(int64_t file) {
  piece_.clear();
  if (has_types(print_.format)) streams_[static_cast<size_t>(file)]->finish();
  if (print_.format == Format::kJson) piece_ = "\n]\n";
  return piece_.empty() ? std::string_view() : packed();
}

std::string_view FileBytes::packed() {
  compressed_.clear();
  ByteSinkPtr sink = compress_by_suffix(sink_to_string(compressed_), path_);
  // Without a suffix that compresses, a copy would be all that is gained.
  if (!path_.ends_with(".gz") && !path_.ends_with(".zst")) return piece_;
  sink->write(piece_);
  sink->finish();
  return compressed_;
}

}  // namespace penstock
