// Works on pieces in parallel and returns the results in order. So one process can use several
// cores without its operators knowing.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace penstock {

// Cores this process may run on (its affinity mask), at least 1.
int usable_cores();

// What the thread that calls next() does while the next result is not ready.
enum class Consumer {
  kWaits,
  // It works on an item itself. So no more threads run than there are cores, and the program that
  // reads our output finds a core free. Only for a `produce` that does not wait for other
  // processes, as reading a file does not; otherwise a result that has become ready would wait for
  // it. (7 columns of lineitem into cat on two cores take 1.15 times as long as to /dev/null on a
  // quiet machine; on a busy one 1.09 to 1.13, against 1.09 to 1.18 with one more thread.)
  kWorks,
};

// Pulls items from `produce` (called by one thread at a time, in order, until it returns empty),
// runs `work` on them in `threads` threads (or fewer, where the system allows no more), and returns
// the results by next() in the order of the items. With threads == 0 everything runs in next()
// itself. At most `threads + ahead` items are in work at a time, so memory is bounded.
//
// next() rethrows an exception of produce or work in the place of its item; after that only
// destruction is allowed. The destructor waits for the work in progress, but not for the rest of
// produce; a `produce` that blocks in a read delays it.
template <typename Item, typename Result>
class OrderedPool {
 public:
  // `threads` includes the consumer's thread if the consumer works.
  OrderedPool(int threads, int ahead, Consumer consumer,
              std::function<std::optional<Item>()> produce, std::function<Result(Item)> work)
      : consumer_(consumer), produce_(std::move(produce)), work_(std::move(work)) {
    limit_ = static_cast<size_t>(threads) + static_cast<size_t>(ahead);
    workers_.reserve(static_cast<size_t>(threads));
    try {
      for (int i = consumer == Consumer::kWorks ? 1 : 0; i < threads; ++i)
        workers_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      // The system allows no more threads: those that were started do the work, even if there are
      // none.
    }
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
    while (!(slots_.empty() ? ended_ : slots_.front()->ready) && !failure_) {
      if (consumer_ == Consumer::kWaits || ended_ || slots_.size() >= limit_) {
        done_.wait(lock);
      } else {
        lock.unlock();
        work_on_one(false);
        lock.lock();
      }
    }
    if (failure_) std::rethrow_exception(failure_);
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

  // Takes the next item and its place in the order; empty when there is nothing to do. For a worker
  // that means the end. The consumer also gets empty while the maximum number of items is in work:
  // it cannot wait for room, because only the consumer makes room.
  //
  // The producing lock is held while produce runs and the place is taken, so that places follow the
  // order of the items. It is not held while waiting for room, because the consumer would then wait
  // for it in vain.
  std::shared_ptr<Slot> take(std::optional<Item>& item, bool worker) {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        if (worker) {
          room_.wait(lock, [this] { return stopping_ || ended_ || slots_.size() < limit_; });
        }
        if (stopping_ || ended_ || slots_.size() >= limit_) return nullptr;
      }
      std::lock_guard producing(producing_);
      {
        std::lock_guard lock(mutex_);
        if (stopping_ || ended_) return nullptr;
        if (slots_.size() >= limit_) continue;
      }
      return produce_one(item);
    }
  }

  std::shared_ptr<Slot> produce_one(std::optional<Item>& item) {
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

  // False when there was nothing to do.
  bool work_on_one(bool worker) {
    std::optional<Item> item;
    std::shared_ptr<Slot> slot = take(item, worker);
    if (!slot) return false;
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
    return true;
  }

  void run() {
    try {
      while (work_on_one(true)) {
      }
    } catch (...) {
      // Memory for a place in the order could not be allocated.
      std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      ended_ = true;
    }
    room_.notify_all();
    done_.notify_all();
  }

  Consumer consumer_;
  std::function<std::optional<Item>()> produce_;
  std::function<Result(Item)> work_;
  size_t limit_ = 0;
  std::mutex producing_;
  std::mutex mutex_;
  std::condition_variable room_;  // a slot became free, or the end
  std::condition_variable done_;  // a result became ready, or the end
  std::deque<std::shared_ptr<Slot>> slots_;
  std::exception_ptr failure_;  // of the pool itself
  bool ended_ = false;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace penstock
