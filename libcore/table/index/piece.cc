#include "libcore/table/index/piece.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/json_writer.h"
#include "libcore/data/take.h"
#include "libcore/os/byte_source.h"
#include "libcore/table/data_path.h"
#include "libcore/table/log_json.h"

namespace penstock {
namespace {

// In the metadata of a piece's schema: its files, as a JSON list of [path, bytes].
constexpr const char* kFilesKey = "penstock.files";

std::string encode_files(const std::vector<PieceFile>& files) {
  JsonWriter json;
  json.open('[');
  for (const PieceFile& file : files) {
    json.open('[');
    json.text(encode_data_path(file.path));
    json.word(std::to_string(file.size));
    json.close(']');
  }
  json.close(']');
  return json.take();
}

std::vector<PieceFile> decode_files(std::string_view text) {
  LogText json;
  std::vector<PieceFile> files;
  for (const LogValue& item : json.parse(text).items("the files of a piece")) {
    const std::vector<LogValue> parts = item.items("a file of a piece");
    if (parts.size() != 2) throw Error("a file of a piece has other parts than a path and bytes");
    files.push_back({decode_data_path(parts[0].text("the path of a file")),
                     parts[1].number("the bytes of a file")});
  }
  if (files.size() > kMaxPieceFiles) throw Error("a piece has too many files");
  return files;
}

[[noreturn]] void throw_no_piece() {
  throw Error("is not a piece of an index");
}

}  // namespace

SchemaPtr piece_schema(const PieceHead& head) {
  PENSTOCK_CHECK(head.keys.size() <= kMaxIndexKeys && head.files.size() <= kMaxPieceFiles);
  std::vector<Field> fields = head.keys;
  fields.push_back({kPieceFileColumn, int32_type(), false, {}});
  fields.push_back({kPieceBatchColumn, int32_type(), false, {}});
  return make_schema(std::move(fields), {{kFilesKey, encode_files(head.files)}});
}

PieceHead read_piece_head(const Schema& schema) {
  const std::optional<std::string_view> files = schema.metadata_value(kFilesKey);
  if (!files || schema.size() < 3 || schema.size() - 2 > kMaxIndexKeys) throw_no_piece();
  const size_t keys = schema.size() - 2;
  for (size_t i = keys; i < schema.size(); ++i) {
    if (schema[i].type->id != TypeId::kInt32) throw_no_piece();
  }
  if (schema[keys].name != kPieceFileColumn || schema[keys + 1].name != kPieceBatchColumn) {
    throw_no_piece();
  }
  PieceHead head;
  for (size_t i = 0; i < keys; ++i) {
    if (!equals(*plain(schema[i].type), *schema[i].type)) throw_no_piece();
    head.keys.push_back({schema[i].name, schema[i].type, true, {}});
  }
  head.files = decode_files(*files);
  return head;
}

OperatorPtr open_piece(const std::string& path, IpcReadOptions options) {
  return open_ipc(std::make_unique<PeekableSource>(open_source(path)), std::move(options));
}

PieceHead head_of_piece(const std::string& path) {
  const OperatorPtr rows = open_piece(path);
  try {
    return read_piece_head(*rows->schema());
  } catch (const Error& error) {
    throw error.in_input(path);
  }
}

std::string write_piece(const std::string& folder, Operator& rows, const PieceHead& head,
                        Sync sync) {
  std::string path = folder + "/" + unique_name() + ".arrow";
  const ByteSinkPtr sink = open_sink(path, sync);
  const SchemaPtr schema = piece_schema(head);
  const auto writer = make_ipc_writer(
      *sink, schema, {.file = true, .compression = BodyCompression::kZstd, .zones = true});
  while (std::optional<Batch> batch = rows.next()) {
    batch->schema = schema;
    for (int64_t row = 0; row < batch->rows; row += kPieceBatchRows)
      writer->write(slice(*batch, row, std::min(kPieceBatchRows, batch->rows - row)));
  }
  writer->finish();
  sink->finish();
  return path;
}

void require_numbers(const Batch& batch, size_t files, const std::string& path) {
  const size_t keys = batch.columns.size() - 2;
  const Column& file = *batch.columns[keys];
  const Column& number = *batch.columns[keys + 1];
  bool is_right = file.null_count == 0 && number.null_count == 0;
  for (int64_t row = 0; is_right && row < batch.rows; ++row) {
    const int32_t place = file.data<int32_t>()[row];
    is_right = place >= 0 && static_cast<size_t>(place) < files && number.data<int32_t>()[row] >= 0;
  }
  if (!is_right) throw Error::of_input(path + ": has a row of a data file that it does not name");
}

}  // namespace penstock
