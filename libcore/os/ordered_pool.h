// Work on pieces in parallel, results in order: how one process uses several cores without the
// operators knowing.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace penstock {

// Cores this process may run on (its affinity mask), at least 1.
int usable_cores();

// Pulls items from `produce` (called by one thread at a time, in order, until it returns empty),
// runs `work` on them in `threads` threads, and hands the results out by next() in the items'
// order. At most `threads + ahead` items are under way, so memory is bounded. With threads == 0 all
// runs in next() itself. An exception of produce or work is rethrown by next() in its item's place;
// after that only destruction is allowed. The destructor waits for work under way, not for
// produce's rest; a `produce` that blocks in a read delays it.
template <typename Item, typename Result>
class OrderedPool {
 public:
  OrderedPool(int threads, int ahead, std::function<std::optional<Item>()> produce,
              std::function<Result(Item)> work)
      : produce_(std::move(produce)), work_(std::move(work)) {
    limit_ = static_cast<size_t>(threads) + static_cast<size_t>(ahead);
    for (int i = 0; i < threads; ++i)
      workers_.emplace_back([this] { run(); });
  }

  ~OrderedPool() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    room_.notify_all();
    for (std::thread& worker : workers_)
      worker.join();
  }

  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  // The next result; empty at the end.
  std::optional<Result> next() {
    if (workers_.empty()) {
      std::optional<Item> item = produce_();
      if (!item) return std::nullopt;
      return work_(std::move(*item));
    }
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return slots_.empty() ? ended_ : slots_.front()->ready; });
    if (slots_.empty()) return std::nullopt;
    std::shared_ptr<Slot> slot = std::move(slots_.front());
    slots_.pop_front();
    lock.unlock();
    room_.notify_one();
    if (slot->error) std::rethrow_exception(slot->error);
    return std::move(slot->result);
  }

 private:
  struct Slot {
    bool ready = false;
    std::optional<Result> result;
    std::exception_ptr error;
  };

  // Takes the next item and its place in the order, or empty when there is no more to do. The
  // producing lock is held across both, so that places follow the items' order; the other lock is
  // not, so that next() is not kept waiting by a slow read.
  std::shared_ptr<Slot> take(std::optional<Item>& item) {
    std::lock_guard producing(producing_);
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return stopping_ || ended_ || slots_.size() < limit_; });
      if (stopping_ || ended_) return nullptr;
    }
    auto slot = std::make_shared<Slot>();
    try {
      item = produce_();
    } catch (...) {
      slot->error = std::current_exception();
    }
    std::lock_guard lock(mutex_);
    if (!item) ended_ = true;
    if (item || slot->error) slots_.push_back(slot);
    if (!item) slot->ready = true;
    if (!item) done_.notify_all();
    return item ? slot : nullptr;
  }

  void run() {
    for (;;) {
      std::optional<Item> item;
      std::shared_ptr<Slot> slot = take(item);
      if (!slot) {
        room_.notify_all();
        return;
      }
      try {
        slot->result.emplace(work_(std::move(*item)));
      } catch (...) {
        slot->error = std::current_exception();
      }
      {
        std::lock_guard lock(mutex_);
        slot->ready = true;
      }
      done_.notify_all();
    }
  }

  std::function<std::optional<Item>()> produce_;
  std::function<Result(Item)> work_;
  size_t limit_ = 0;
  std::mutex producing_;
  std::mutex mutex_;
  std::condition_variable room_;  // a slot became free, or the end
  std::condition_variable done_;  // a result became ready, or the end
  std::deque<std::shared_ptr<Slot>> slots_;
  bool ended_ = false;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace penstock
