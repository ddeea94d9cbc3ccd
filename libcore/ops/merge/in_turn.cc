// One input after the other, all of them read from the beginning.
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "libcore/ops/merge/inputs.h"
#include "libcore/os/threads.h"
#include "libcore/rows/run.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Batches read ahead of an input whose turn it is.
constexpr size_t kBatchesAhead = 4;

// An input that its thread fills. Before its turn come `ready`, then `writer`; when its turn has
// come both are taken, and `ready` holds the batches that follow.
struct Turn {
  std::deque<Batch> ready;
  int64_t held = 0;  // bytes in `ready`
  std::unique_ptr<RunWriter> writer;
  bool is_writing = false;
  bool is_due = false;
  bool is_begun = false;  // what came before has been taken away: only then may more follow
  bool has_ended = false;
};

// The threads own it too: one that is blocked in a read outlives the operator, and ends when its
// read does.
struct Shared {
  Shared(size_t inputs, const SpillOptions& spill)
      : limit(static_cast<int64_t>(static_cast<double>(spill.memory) * kHeldShare)),
        file(spill.directory),
        turns(inputs) {}

  std::mutex mutex;
  std::condition_variable arrived;  // a batch, an end or an error
  std::condition_variable taken;    // a batch was taken, a turn has come, or all is over
  int64_t limit;
  int64_t held = 0;  // bytes of batches that wait for their turn
  SpillFile file;
  std::vector<Turn> turns;
  std::exception_ptr error;
  bool is_over = false;
};

// Puts a batch into its queue. Returns false when it is not wanted any more.
bool keep(Shared& shared, Turn& turn, Batch batch) {
  int64_t bytes = memory_bytes(batch);
  std::unique_lock lock(shared.mutex);
  if (!turn.is_due && (turn.writer || shared.held + bytes > shared.limit)) {
    if (!turn.writer) turn.writer = std::make_unique<RunWriter>(shared.file, batch.schema);
    turn.is_writing = true;
    lock.unlock();
    turn.writer->write_whole(batch);
    lock.lock();
    turn.is_writing = false;
    shared.arrived.notify_all();
    return !shared.is_over;
  }
  if (!turn.is_due) {
    turn.held += bytes;
    shared.held += bytes;
  } else {
    shared.taken.wait(lock, [&] {
      return shared.is_over || (turn.is_begun && turn.ready.size() < kBatchesAhead);
    });
  }
  turn.ready.push_back(std::move(batch));
  shared.arrived.notify_all();
  return !shared.is_over;
}

void read(OperatorPtr input, Turn& turn, const SchemaPtr& schema,
          const std::shared_ptr<Shared>& shared) {
  std::exception_ptr error;
  try {
    while (std::optional<Batch> batch = input->next()) {
      if (!keep(*shared, turn, as_merged(*std::move(batch), schema))) return;
    }
  } catch (...) {
    error = std::current_exception();
  }
  std::lock_guard lock(shared->mutex);
  if (error && !shared->error) shared->error = error;
  turn.is_writing = false;
  turn.has_ended = true;
  shared->arrived.notify_all();
}

class InTurn : public Operator {
 public:
  InTurn(std::vector<MergeInput> inputs, SchemaPtr schema, const SpillOptions& spill)
      : inputs_(std::move(inputs)),
        schema_(std::move(schema)),
        shared_(std::make_shared<Shared>(inputs_.size(), spill)) {}

  ~InTurn() override {
    {
      std::lock_guard lock(shared_->mutex);
      shared_->is_over = true;
    }
    shared_->taken.notify_all();
  }
  InTurn(const InTurn&) = delete;
  InTurn& operator=(const InTurn&) = delete;

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    start();
    while (at_ < shared_->turns.size()) {
      Turn& turn = shared_->turns[at_];
      if (!is_begun_) begin(turn);
      if (!early_.empty()) {
        Batch batch = std::move(early_.front());
        early_.pop_front();
        return batch;
      }
      if (run_ != nullptr) {
        if (std::optional<Batch> batch = run_->next()) {
          batch->schema = schema_;
          return batch;
        }
        run_.reset();
        shared_->file.release(spilled_.segment);
      }
      if (std::optional<Batch> batch = next_live(turn)) return batch;
      ++at_;
      is_begun_ = false;
    }
    return std::nullopt;
  }

 private:
  void start() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      start_thread([input = std::move(inputs_[i].stream), &turn = shared_->turns[i],
                    schema = schema_, shared = shared_]() mutable {
        read(std::move(input), turn, schema, shared);
      }).detach();
    }
    inputs_.clear();
  }

  // Takes the batches that came before the input's turn.
  void begin(Turn& turn) {
    std::unique_lock lock(shared_->mutex);
    turn.is_due = true;
    shared_->arrived.wait(lock, [&] { return shared_->error || !turn.is_writing; });
    if (shared_->error) std::rethrow_exception(shared_->error);
    early_ = std::move(turn.ready);
    turn.ready.clear();
    shared_->held -= turn.held;
    if (turn.writer != nullptr) {
      spilled_ = turn.writer->finish();
      turn.writer.reset();
      run_ = read_run(shared_->file, spilled_);
    }
    turn.is_begun = true;
    lock.unlock();
    shared_->taken.notify_all();
    is_begun_ = true;
  }

  // Returns the next batch of the input whose turn it is; empty at its end.
  std::optional<Batch> next_live(Turn& turn) {
    std::unique_lock lock(shared_->mutex);
    shared_->arrived.wait(lock,
                          [&] { return shared_->error || !turn.ready.empty() || turn.has_ended; });
    if (shared_->error) std::rethrow_exception(shared_->error);
    if (turn.ready.empty()) return std::nullopt;
    Batch batch = std::move(turn.ready.front());
    turn.ready.pop_front();
    lock.unlock();
    shared_->taken.notify_all();
    return batch;
  }

  std::vector<MergeInput> inputs_;  // until the threads have them
  SchemaPtr schema_;
  std::shared_ptr<Shared> shared_;
  size_t at_ = 0;          // whose turn it is
  bool is_begun_ = false;  // and whether what came before has been taken:
  std::deque<Batch> early_;
  SpilledRun spilled_;
  OperatorPtr run_;
};

}  // namespace

OperatorPtr make_merge_in_turn(std::vector<MergeInput> inputs, const SpillOptions& spill) {
  SchemaPtr schema = merged_schema(inputs);
  return std::make_unique<InTurn>(std::move(inputs), std::move(schema), spill);
}

}  // namespace penstock
