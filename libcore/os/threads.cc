#include "libcore/os/threads.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {

void throw_no_thread(const std::system_error& error) {
  throw Error::of_machine("a thread cannot be started: " + error.code().message() +
                          "; raise the limit on processes (ulimit -u) or on memory (ulimit -v)");
}

void require_threads(int count) {
  std::mutex mutex;
  std::condition_variable over;
  bool is_over = false;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(count));
  auto end = [&] {
    {
      std::lock_guard lock(mutex);
      is_over = true;
    }
    over.notify_all();
    for (std::thread& thread : threads)
      thread.join();
  };
  try {
    // All at once: each thread waits until the last one runs.
    for (int i = 0; i < count; ++i) {
      threads.push_back(start_thread([&] {
        std::unique_lock lock(mutex);
        over.wait(lock, [&] { return is_over; });
      }));
    }
  } catch (const Error&) {
    end();
    throw;
  }
  end();
}

void run_in_threads(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  auto take_pieces = [&] {
    try {
      for (size_t piece = next++; piece < count; piece = next++)
        work(piece);
    } catch (...) {
      next = count;
      std::lock_guard lock(mutex);
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  const size_t helpers =
      std::min(static_cast<size_t>(usable_cores()), std::max<size_t>(count, 1)) - 1;
  std::vector<std::thread> threads;
  threads.reserve(helpers);
  try {
    while (threads.size() < helpers)
      threads.emplace_back(take_pieces);
  } catch (const std::system_error&) {
  }
  take_pieces();
  for (std::thread& thread : threads)
    thread.join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace penstock
