#include "libcore/rows/run.h"

#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class RunReader : public Operator {
 public:
  RunReader(const SpillFile& file, const SpilledRun& run) : schema_(run.schema), left_(run.rows) {
    if (run.segment.blocks.empty()) return;
    name_ = file.name();
    stream_ = open_ipc(std::make_unique<PeekableSource>(file.read(run.segment)));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!stream_) return std::nullopt;
    std::optional<Batch> batch = stream_->next();
    if (batch) {
      left_ -= batch->rows;
      batch->schema = schema_;
      return batch;
    }
    if (left_ != 0) throw Error(name_ + ": does not have the rows that were written to it");
    stream_.reset();
    return std::nullopt;
  }

 private:
  SchemaPtr schema_;
  std::string name_;
  int64_t left_;
  OperatorPtr stream_;
};

}  // namespace

RunWriter::RunWriter(SpillFile& file, const SchemaPtr& schema, int64_t block_bytes)
    : file_(file), schema_(without_dictionaries(schema)), block_bytes_(block_bytes) {}

void RunWriter::write(const Batch& batch) {
  if (batch.rows != 0) write_whole(batch);
}

void RunWriter::write_whole(const Batch& batch) {
  if (!sink_) {
    sink_ = file_.write(block_bytes_);
    stream_ = make_ipc_writer(*sink_, schema_);
  }
  Batch plain_batch = batch;
  plain_batch.schema = schema_;
  for (ColumnPtr& column : plain_batch.columns)
    column = decode_dictionary(column);
  stream_->write(plain_batch);
  rows_ += batch.rows;
}

SpilledRun RunWriter::finish() {
  SpilledRun run{schema_, rows_, {}};
  if (sink_) {
    stream_->finish();
    sink_->finish();
    run.segment = sink_->take_segment();
    stream_.reset();
    sink_.reset();
  }
  return run;
}

OperatorPtr read_run(const SpillFile& file, const SpilledRun& run) {
  return std::make_unique<RunReader>(file, run);
}

}  // namespace penstock
