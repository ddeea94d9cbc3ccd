#include "libcore/ops/merge/arrivals.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "libcore/os/threads.h"

namespace penstock {
namespace {

// Batches read ahead of each input.
constexpr size_t kAhead = 2;

}  // namespace

// Readers own it too: one that is blocked in a read outlives the Arrivals, and ends when its read
// does.
struct Arrivals::Shared {
  std::mutex mutex;
  std::condition_variable arrived;  // a batch, an error or an end
  std::condition_variable taken;    // a batch was taken, or all is over
  std::deque<Arrival> arrivals;
  std::vector<size_t> waiting;  // batches of each input in `arrivals`
  size_t running = 0;
  std::exception_ptr error;
  bool is_over = false;
};

Arrivals::Arrivals(std::vector<OperatorPtr> inputs)
    : inputs_(std::move(inputs)), shared_(std::make_shared<Shared>()) {}

Arrivals::~Arrivals() {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->is_over = true;
  }
  shared_->taken.notify_all();
}

void Arrivals::read(OperatorPtr input, size_t number, const std::shared_ptr<Shared>& shared) {
  std::exception_ptr error;
  try {
    while (std::optional<Batch> batch = input->next()) {
      std::unique_lock lock(shared->mutex);
      shared->taken.wait(lock, [&] { return shared->is_over || shared->waiting[number] < kAhead; });
      if (shared->is_over) return;
      ++shared->waiting[number];
      shared->arrivals.push_back({number, std::move(batch)});
      shared->arrived.notify_one();
    }
  } catch (...) {
    error = std::current_exception();
  }
  std::lock_guard lock(shared->mutex);
  if (error && !shared->error) shared->error = error;
  shared->arrivals.push_back({number, std::nullopt});
  --shared->running;
  shared->arrived.notify_one();
}

std::optional<Arrivals::Arrival> Arrivals::next() {
  if (!inputs_.empty()) {
    shared_->waiting.resize(inputs_.size());
    shared_->running = inputs_.size();
    for (size_t i = 0; i < inputs_.size(); ++i) {
      start_thread([input = std::move(inputs_[i]), i, shared = shared_]() mutable {
        read(std::move(input), i, shared);
      }).detach();
    }
    inputs_.clear();
  }
  std::unique_lock lock(shared_->mutex);
  shared_->arrived.wait(lock, [this] {
    return !shared_->arrivals.empty() || shared_->running == 0 || shared_->error;
  });
  if (shared_->error) std::rethrow_exception(shared_->error);
  if (shared_->arrivals.empty()) return std::nullopt;
  Arrival arrival = std::move(shared_->arrivals.front());
  shared_->arrivals.pop_front();
  if (arrival.batch) --shared_->waiting[arrival.input];
  lock.unlock();
  shared_->taken.notify_all();
  return arrival;
}

}  // namespace penstock
