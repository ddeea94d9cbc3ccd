#include "libcore/parquet/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/parquet/plugin.h"

namespace penstock {

ParquetFile::ParquetFile(std::unique_ptr<ByteSource> source, bool with_pages)
    : source_(std::move(source)), plugin_(parquet_plugin()) {
  const ParquetSource bytes{this, *source_->size(), &ParquetFile::read_at};
  char* error = nullptr;
  require(plugin_.open_file(&bytes, with_pages ? 1 : 0, &file_, &error), error);
  try {
    Released<ArrowSchema> schema;
    require(plugin_.get_schema(file_, schema.get(), &error), error);
    schema_ = import_schema(*schema.get());
  } catch (const Error& failed) {
    plugin_.close_file(file_);
    if (failed.names_input()) throw;
    fail(failed.message());
  }
}

ParquetFile::~ParquetFile() {
  stream_.reset();
  plugin_.close_file(file_);
}

int64_t ParquetFile::row_groups() const {
  return plugin_.row_groups(file_);
}

ParquetRowGroup ParquetFile::row_group(int64_t at) const {
  return plugin_.row_group(file_, at);
}

std::optional<ParquetBounds> ParquetFile::bounds(size_t column, int64_t row_group) {
  Released<ArrowSchema> schema;
  Released<ArrowArray> array;
  char* error = nullptr;
  require(plugin_.bounds(file_, static_cast<int64_t>(column), row_group, schema.get(), array.get(),
                         &error),
          error);
  if (schema.empty() || array.empty()) return std::nullopt;
  try {
    const SchemaPtr names = import_schema(*schema.get());
    Batch known = import_batch(array.get(), names, {plugin_.padding});
    if (known.columns.size() != 4) fail("its plugin gives bounds of another form");
    return ParquetBounds{known.columns[0], known.columns[1], known.columns[2], known.columns[3]};
  } catch (const Error& failed) {
    if (failed.names_input()) throw;
    fail(failed.message());
  }
}

void ParquetFile::begin(const ParquetRows& wanted) {
  stream_.reset();
  rows_left_ = row_group(wanted.row_group).rows;
  ParquetWanted rows{};
  rows.columns = wanted.columns.data();
  rows.columns_count = std::ssize(wanted.columns);
  rows.row_groups = &wanted.row_group;
  rows.row_groups_count = 1;
  rows.batch_rows = kBatchRows;
  if (wanted.ranges) {
    rows.ranges = wanted.ranges->data();
    rows.ranges_count = std::ssize(*wanted.ranges);
    rows_left_ = 0;
    for (const ParquetRowRange& range : *wanted.ranges)
      rows_left_ += range.end - range.begin;
  }
  std::vector<int32_t> places = wanted.columns;
  std::sort(places.begin(), places.end());
  std::vector<Field> fields;
  for (int32_t place : places)
    fields.push_back((*schema_)[static_cast<size_t>(place)]);
  read_schema_ = make_schema(std::move(fields), schema_->metadata());
  stream_ = std::make_unique<Released<ArrowArrayStream>>();
  char* error = nullptr;
  require(plugin_.read(file_, &rows, stream_->get(), &error), error);
  Released<ArrowSchema> schema;
  if (stream_->get()->get_schema(stream_->get(), schema.get()) != 0) fail("has no schema");
  try {
    stream_schema_ = import_schema(*schema.get());
  } catch (const Error& failed) {
    fail(failed.message());
  }
  if (stream_schema_->size() != read_schema_->size()) fail("its plugin gives other columns");
}

std::optional<Batch> ParquetFile::next() {
  if (stream_ == nullptr) return std::nullopt;
  Released<ArrowArray> rows;
  ArrowArrayStream* stream = stream_->get();
  if (stream->get_next(stream, rows.get()) != 0) {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    const char* text = stream->get_last_error(stream);
    fail(text == nullptr ? "failed without a reason" : text);
  }
  if (rows.empty()) {
    if (rows_left_ != 0) fail("is damaged: it has fewer rows than its footer states");
    stream_.reset();
    return std::nullopt;
  }
  try {
    Batch batch = import_batch(rows.get(), stream_schema_, {plugin_.padding});
    batch.schema = read_schema_;
    for (size_t i = 0; i < batch.columns.size(); ++i) {
      const Type& type = *(*read_schema_)[i].type;
      ColumnPtr& column = batch.columns[i];
      // Text that comes as a dictionary.
      if (!equals(*column->type, type)) column = decode_dictionary(column);
      if (!equals(*column->type, type)) fail("its plugin gives columns of other types");
    }
    rows_left_ -= batch.rows;
    if (rows_left_ < 0) fail("is damaged: it has more rows than its footer states");
    return batch;
  } catch (const Error& failed) {
    if (failed.names_input()) throw;
    fail(failed.message());
  }
}

int64_t ParquetFile::read_at(void* context, int64_t offset, uint8_t* out, int64_t size) {
  auto* file = static_cast<ParquetFile*>(context);
  try {
    return file->source_->read_at(offset, out, size);
  } catch (...) {
    file->failure_ = std::current_exception();
    return -1;
  }
}

void ParquetFile::require(int32_t status, char* const& error) {
  if (status == 0) return;
  try {
    require_parquet(status, error);
  } catch (const Error& failed) {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    fail(failed.message());
  }
}

void ParquetFile::fail(const std::string& text) const {
  throw Error::of_input(source_->name() + ": " + text);
}

}  // namespace penstock
