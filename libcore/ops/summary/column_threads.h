// Summarizes the columns of one stream in several threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/summary/column_summary.h"

namespace penstock {

// Each column belongs to one thread, which takes the batches in order, so the figures are those of
// one thread. Used from one thread, which has columns of its own.
class ColumnThreads {
 public:
  // summaries[i] is of the column columns[i] of the batches; both must outlive this object.
  // Starts `threads` threads beside that of the caller, or fewer where the system allows no more.
  ColumnThreads(std::vector<ColumnSummary>& summaries, const std::vector<size_t>& columns,
                size_t threads);
  // Waits for the batches in work, and leaves out those that wait.
  ~ColumnThreads();
  ColumnThreads(const ColumnThreads&) = delete;
  ColumnThreads& operator=(const ColumnThreads&) = delete;

  // Adds a batch to all columns; waits while a thread has kMostWaiting batches before it. Throws
  // what a thread has thrown, after which only destruction is allowed.
  void add(const Batch& batch);

  // Waits until all batches are added. Throws as add() does. Call it once, at the end.
  void finish();

 private:
  static constexpr size_t kMostWaiting = 8;

  void run(size_t part);
  void summarize(const Batch& batch, size_t part);
  void end(bool drops);

  std::vector<ColumnSummary>& summaries_;
  const std::vector<size_t>& columns_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::deque<Batch>> waiting_;  // of each thread
  bool is_ended_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
  size_t parts_ = 1;  // threads with that of the caller, which has the first part
};

}  // namespace penstock
