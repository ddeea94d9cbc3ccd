#include "libcore/ops/tail.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/run.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class Tail : public Operator {
 public:
  Tail(OperatorPtr input, int64_t rows, const SpillOptions& spill)
      : input_(std::move(input)),
        schema_(without_dictionaries(input_->schema())),
        rows_(rows),
        budget_(spill.memory),
        file_(spill.directory) {
    PENSTOCK_CHECK(rows >= 0);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (input_ != nullptr) read_all();
    for (;;) {
      std::optional<Batch> batch = next_kept();
      if (!batch) return std::nullopt;
      // All that is kept are whole batches and runs, of which the first may begin too early.
      int64_t early = std::min(batch->rows, kept_ - rows_);
      kept_ -= early;
      if (early == batch->rows) continue;
      return early <= 0 ? std::move(batch) : slice(*batch, early, batch->rows - early);
    }
  }

 private:
  void read_all() {
    while (std::optional<Batch> batch = input_->next())
      keep(*std::move(batch));
    input_.reset();
  }

  void keep(Batch batch) {
    if (batch.rows == 0) return;
    batch.schema = schema_;
    for (ColumnPtr& column : batch.columns)
      column = decode_dictionary(column);
    kept_ += batch.rows;
    budget_.charge(memory_bytes(batch));
    held_.push_back(std::move(batch));
    drop_early();
    if (!budget_.fits(0, kHeldShare)) spill();
  }

  // What comes first is not among the last rows any more when there are enough without it.
  void drop_early() {
    while (!runs_.empty() && kept_ - runs_.front().rows >= rows_) {
      kept_ -= runs_.front().rows;
      file_.release(runs_.front().segment);
      runs_.pop_front();
    }
    while (runs_.empty() && !held_.empty() && kept_ - held_.front().rows >= rows_) {
      kept_ -= held_.front().rows;
      budget_.release(memory_bytes(held_.front()));
      held_.pop_front();
    }
  }

  void spill() {
    RunWriter writer(file_, schema_);
    for (const Batch& batch : held_) {
      writer.write(batch);
      budget_.release(memory_bytes(batch));
    }
    held_.clear();
    runs_.push_back(writer.finish());
  }

  std::optional<Batch> next_kept() {
    while (reading_ || !runs_.empty()) {
      if (!reading_) reading_ = read_run(file_, runs_.front());
      if (std::optional<Batch> batch = reading_->next()) return batch;
      reading_.reset();
      runs_.pop_front();
    }
    if (held_.empty()) return std::nullopt;
    Batch batch = std::move(held_.front());
    held_.pop_front();
    return batch;
  }

  OperatorPtr input_;  // null once it is read
  SchemaPtr schema_;
  int64_t rows_;
  MemoryBudget budget_;
  SpillFile file_;
  std::deque<SpilledRun> runs_;  // before all that is held
  std::deque<Batch> held_;
  int64_t kept_ = 0;  // rows in both, without those that next() has left out
  OperatorPtr reading_;
};

}  // namespace

OperatorPtr make_tail(OperatorPtr input, int64_t rows, const SpillOptions& spill) {
  return std::make_unique<Tail>(std::move(input), rows, spill);
}

}  // namespace penstock
