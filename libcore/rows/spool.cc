#include "libcore/rows/spool.h"

#include <utility>

#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {

RowSpool::RowSpool(const SchemaPtr& schema, const SpillOptions& spill)
    : schema_(without_dictionaries(schema)), budget_(spill.memory), file_(spill.directory) {}

void RowSpool::add(Batch batch) {
  batch.schema = schema_;
  rows_ += batch.rows;
  for (ColumnPtr& column : batch.columns)
    column = decode_dictionary(column);
  // Once there is a file, later rows must follow those in the file.
  int64_t bytes = memory_bytes(batch);
  if (!writer_ && budget_.fits(bytes, kHeldShare)) {
    budget_.charge(bytes);
    held_.push_back(std::move(batch));
    return;
  }
  if (!writer_) writer_.emplace(file_, schema_);
  writer_->write(batch);
}

std::optional<Batch> RowSpool::next() {
  if (!held_.empty()) {
    Batch batch = std::move(held_.front());
    held_.pop_front();
    return batch;
  }
  if (!writer_) return std::nullopt;
  if (!rest_) rest_ = read_run(file_, writer_->finish());
  return rest_->next();
}

}  // namespace penstock
