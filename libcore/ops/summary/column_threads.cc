#include "libcore/ops/summary/column_threads.h"

#include <system_error>
#include <utility>

namespace penstock {

ColumnThreads::ColumnThreads(std::vector<ColumnSummary>& summaries,
                             const std::vector<size_t>& columns, size_t threads)
    : summaries_(summaries), columns_(columns), waiting_(threads) {
  std::lock_guard lock(mutex_);  // until it is known how many parts there are
  try {
    while (threads_.size() < threads) {
      const size_t part = threads_.size() + 1;
      threads_.emplace_back([this, part] { run(part); });
    }
  } catch (const std::system_error&) {
    // Those that were started do the work.
  }
  parts_ = threads_.size() + 1;
}

ColumnThreads::~ColumnThreads() {
  end(true);
}

void ColumnThreads::add(const Batch& batch) {
  {
    std::unique_lock lock(mutex_);
    for (size_t i = 0; i < threads_.size(); ++i) {
      changed_.wait(lock, [&] { return failure_ || waiting_[i].size() < kMostWaiting; });
      if (failure_) std::rethrow_exception(failure_);
      waiting_[i].push_back(batch);
    }
  }
  changed_.notify_all();
  summarize(batch, 0);
}

void ColumnThreads::finish() {
  end(false);
  if (failure_) std::rethrow_exception(failure_);
}

void ColumnThreads::end(bool drops) {
  {
    std::lock_guard lock(mutex_);
    is_ended_ = true;
    for (std::deque<Batch>& batches : waiting_) {
      if (drops) batches.clear();
    }
  }
  changed_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

void ColumnThreads::run(size_t part) {
  std::unique_lock lock(mutex_);
  std::deque<Batch>& batches = waiting_[part - 1];
  for (;;) {
    changed_.wait(lock, [&] { return is_ended_ || failure_ || !batches.empty(); });
    if (failure_ || batches.empty()) return;
    const Batch batch = std::move(batches.front());
    batches.pop_front();
    lock.unlock();
    changed_.notify_all();
    std::exception_ptr failure;
    try {
      summarize(batch, part);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (!failure) continue;
    failure_ = failure;
    changed_.notify_all();
    return;
  }
}

void ColumnThreads::summarize(const Batch& batch, size_t part) {
  // The caller, who has the batches to read as well, gets no more columns than the others.
  for (size_t i = parts_ - 1 - part; i < summaries_.size(); i += parts_)
    summaries_[i].add(batch.columns[columns_[i]]);
}

}  // namespace penstock
