#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "libcore/ops/merge_inputs.h"

namespace penstock {
namespace {

// Batches read ahead of each input.
constexpr size_t kAhead = 2;

// What readers and the merge share. Readers own it too: one that is blocked in a read outlives the
// merge, and ends when its read does.
struct Shared {
  std::mutex mutex;
  std::condition_variable arrived;               // a batch, an error or an end
  std::condition_variable taken;                 // a batch was taken, or all is over
  std::deque<std::pair<size_t, Batch>> batches;  // with the number of their input
  std::vector<size_t> waiting;                   // batches of each input in `batches`
  size_t running = 0;
  std::exception_ptr error;
  bool is_over = false;
};

void read_input(OperatorPtr input, size_t number, const SchemaPtr& schema,
                const std::shared_ptr<Shared>& shared) {
  std::exception_ptr error;
  try {
    while (std::optional<Batch> batch = input->next()) {
      Batch merged = as_merged(*std::move(batch), schema);
      std::unique_lock lock(shared->mutex);
      shared->taken.wait(lock, [&] { return shared->is_over || shared->waiting[number] < kAhead; });
      if (shared->is_over) return;
      ++shared->waiting[number];
      shared->batches.emplace_back(number, std::move(merged));
      shared->arrived.notify_one();
    }
  } catch (...) {
    error = std::current_exception();
  }
  std::lock_guard lock(shared->mutex);
  if (error && !shared->error) shared->error = error;
  --shared->running;
  shared->arrived.notify_one();
}

class RandomMerge : public Operator {
 public:
  RandomMerge(std::vector<MergeInput> inputs, SchemaPtr schema)
      : inputs_(std::move(inputs)),
        schema_(std::move(schema)),
        shared_(std::make_shared<Shared>()) {}

  ~RandomMerge() override {
    {
      std::lock_guard lock(shared_->mutex);
      shared_->is_over = true;
    }
    shared_->taken.notify_all();
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (inputs_.size() == 1) return next_only();
    if (!is_started_) start();
    std::unique_lock lock(shared_->mutex);
    shared_->arrived.wait(lock, [this] {
      return !shared_->batches.empty() || shared_->running == 0 || shared_->error;
    });
    // An error is told at once: what would still come belongs to a failed run.
    if (shared_->error) std::rethrow_exception(shared_->error);
    if (shared_->batches.empty()) return std::nullopt;
    auto [number, batch] = std::move(shared_->batches.front());
    shared_->batches.pop_front();
    --shared_->waiting[number];
    lock.unlock();
    shared_->taken.notify_all();
    return std::move(batch);
  }

 private:
  std::optional<Batch> next_only() {
    std::optional<Batch> batch = inputs_[0].stream->next();
    if (batch) batch = as_merged(*std::move(batch), schema_);
    return batch;
  }

  void start() {
    is_started_ = true;
    shared_->waiting.resize(inputs_.size());
    shared_->running = inputs_.size();
    for (size_t i = 0; i < inputs_.size(); ++i) {
      std::thread([input = std::move(inputs_[i].stream), i, schema = schema_,
                   shared = shared_]() mutable {
        read_input(std::move(input), i, schema, shared);
      }).detach();
    }
  }

  std::vector<MergeInput> inputs_;
  SchemaPtr schema_;
  std::shared_ptr<Shared> shared_;
  bool is_started_ = false;
};

}  // namespace

OperatorPtr make_random_merge(std::vector<MergeInput> inputs, SchemaPtr schema) {
  return std::make_unique<RandomMerge>(std::move(inputs), std::move(schema));
}

}  // namespace penstock
